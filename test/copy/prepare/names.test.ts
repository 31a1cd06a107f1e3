import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blobKind,
  driveSegment,
  whyNotDestination,
  whyNotName,
  whyNotSize,
} from '../../../src/copy/prepare/names.ts'

describe('destinations', () => {
  test.each(['abc', 'photos-2026', '$root', '$web', 'a'.repeat(63)])('%s is a container', (container) => {
    expect(whyNotDestination({ container, prefix: '' })).toBeUndefined()
  })
  test.each(['ab', 'Photos', 'a--b', '-ab', 'ab-', 'a_b', 'a'.repeat(64), '', 'a/b'])(
    '%j is none',
    (container) => {
      expect(whyNotDestination({ container, prefix: '' })).toBeDefined()
    },
  )
  test.each([
    ['$root', 'folder'],
    ['photos', 'a//b'],
    ['photos', 'a\\b'],
    ['photos', 'a./b'],
  ])('%s cannot take the prefix %s', (container, prefix) => {
    expect(whyNotDestination({ container, prefix })).toBeDefined()
  })
})

describe('blob names', () => {
  test.each([
    'photos/a',
    'photos/Ünïcode näme 日本.txt',
    'photos/a.b/c..d',
    `photos/${'a'.repeat(1024)}`,
    `photos/${'a/'.repeat(253)}a`,
    '$root/index.html',
  ])('%s can be one', (name) => {
    expect(whyNotName(name)).toBeUndefined()
  })
  test.each([
    ['photos/', 'empty'],
    [`photos/${'a'.repeat(1025)}`, '1024'],
    [`photos/${'a/'.repeat(254)}a`, '254'],
    ['photos/a\\b', 'backslash'],
    ['photos/a.', 'full stop'],
    ['photos/a./b', 'full stop'],
    ['photos/a//b', 'empty path segment'],
    ['photos/a\u0007', 'control'],
    ['photos/a\u{FFFD}', 'UTF-8'],
    ['$root/a/b', 'slash'],
  ])('%j cannot, and the reason says why', (name, why) => {
    expect(whyNotName(name)).toContain(why)
  })
})

describe('kinds and sizes', () => {
  test.each([
    ['disks/one.vhd', [], 'page'],
    ['disks/ONE.VHDX', [], 'page'],
    ['disks/one.img', [], 'block'],
    ['disks/one.img', ['*.img'], 'page'],
    ['disks/one.img', ['disks/*'], 'page'],
    ['disks/deep/one.img', ['disks/*'], 'block'],
    ['disks/deep/one.img', ['**/*.img'], 'page'],
  ] as const)('%s with %j is a %s blob', (name, globs, kind) => {
    expect(blobKind(name, globs)).toBe(kind)
  })

  test('page blobs are whole pages, block blobs at most 50,000 blocks', () => {
    expect(whyNotSize('page', 1024)).toBeUndefined()
    expect(whyNotSize('page', 0)).toBeUndefined()
    expect(whyNotSize('page', 1000)).toContain('512')
    expect(whyNotSize('page', 8 * 1024 ** 4 + 512)).toContain('at most')
    expect(whyNotSize('block', 50_000 * 4 * 1024 ** 2)).toBeUndefined()
    expect(whyNotSize('block', 50_000 * 4 * 1024 ** 2 + 1)).toContain('at most')
  })
})

describe('names on the drive', () => {
  test.each([
    ['notes.txt', 'notes.txt'],
    ['50% off.txt', '50% off.txt'],
    ['final?.txt', 'final%3F.txt'],
    ['50% off?.txt', '50%25 off%3F.txt'],
    ['a:b|c', 'a%3Ab%7Cc'],
    ['trailing ', 'trailing%20'],
    ['con', '%63on'],
    ['LPT1.txt', '%4CPT1.txt'],
    ['console.txt', 'console.txt'],
  ])('%j is called %j', (segment, onDrive) => {
    expect(driveSegment(segment)).toBe(onDrive)
  })

  test('every name is one Windows can hold, and two names that had to change stay two', () => {
    const odd = fc.string({
      unit: fc.constantFrom('a', 'B', '%', ':', '?', ' ', '.', '3', 'A'),
      minLength: 1,
    })
    fc.assert(
      fc.property(odd, odd, (one, other) => {
        expect(driveSegment(one)).not.toMatch(/[<>:"|?*]|[ .]$/)
        const changed = driveSegment(one) !== one && driveSegment(other) !== other
        if (changed && one !== other) expect(driveSegment(one)).not.toBe(driveSegment(other))
      }),
    )
  })
})
