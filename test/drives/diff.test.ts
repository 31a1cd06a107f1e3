import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffListings, findTwins, foldListing } from '../../src/drives/diff.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import type { Device } from '../../src/ports/devices.ts'

function device(attachment: string, facts: Partial<Device> = {}): Device {
  return {
    attachment,
    slot: `slot of ${attachment}`,
    node: '/dev/sda',
    kind: 'usb',
    serials: [],
    model: undefined,
    sizeBytes: 1,
    readOnly: false,
    system: false,
    ...facts,
  }
}

describe('what changed between two listings', () => {
  test('a mount, a write protection or a late answer is a change, never a replug', () => {
    const before = device('a')
    const after = device('a', { readOnly: true, system: true, systemReason: 'something else has mounted it' })
    expect(diffListings([before], [after])).toEqual({ plugged: [], unplugged: [], changed: [after] })
  })

  test('the same disk plugged again between two looks is an unplug and a plug', () => {
    const before = device('a', { slot: '2-1', serials: [{ text: 'Z1', source: 'disk' }] })
    const after = { ...before, attachment: 'b' }
    expect(diffListings([before], [after])).toMatchObject({ plugged: [after], unplugged: [before] })
  })

  test('a failed listing takes nothing away and says so', () => {
    const known = [device('a'), device('b')]
    const folded = foldListing(known, fail('listing-failed', 'The drives cannot be listed.'))
    expect(folded).toMatchObject({
      devices: known,
      plugged: [],
      unplugged: [],
      warning: { code: 'listing-failed' },
    })
  })

  test('an attachment named twice counts once, as first named', () => {
    const folded = foldListing([], ok([device('a', { slot: '1' }), device('a', { slot: '2' })]))
    expect(folded.plugged).toHaveLength(1)
    expect(folded.devices[0]?.slot).toBe('1')
  })

  const listing = fc.uniqueArray(
    fc.record({ attachment: fc.constantFrom('a', 'b', 'c', 'd', 'e'), readOnly: fc.boolean() }),
    { selector: ({ attachment }) => attachment },
  )

  test('the diff turns the old listing into the new one, and nothing is in two of its parts', () => {
    fc.assert(
      fc.property(listing, listing, (old, fresh) => {
        const before = old.map(({ attachment, readOnly }) => device(attachment, { readOnly }))
        const after = fresh.map(({ attachment, readOnly }) => device(attachment, { readOnly }))
        const { plugged, unplugged, changed } = diffListings(before, after)
        const rebuilt = new Map(before.map((known) => [known.attachment, known]))
        for (const { attachment } of unplugged) rebuilt.delete(attachment)
        for (const news of [...plugged, ...changed]) rebuilt.set(news.attachment, news)
        expect(rebuilt).toEqual(new Map(after.map((known) => [known.attachment, known])))
        const named = [...plugged, ...unplugged, ...changed].map(({ attachment }) => attachment)
        expect(new Set(named).size).toBe(named.length)
      }),
    )
  })

  test('a listing against itself shows nothing', () => {
    fc.assert(
      fc.property(listing, (same) => {
        const devices = same.map(({ attachment, readOnly }) => device(attachment, { readOnly }))
        expect(diffListings(devices, structuredClone(devices))).toEqual({
          plugged: [],
          unplugged: [],
          changed: [],
        })
      }),
    )
  })
})

describe('twins', () => {
  test('two disks that give one number are twins of each other', () => {
    const twins = findTwins([
      device('a', { slot: '2-1', serials: [{ text: 'Z1D2E3F4', source: 'disk' }] }),
      device('b', { slot: '2-2', serials: [{ text: 'z1d2e3f4', source: 'disk' }] }),
      device('c', { slot: '2-3', serials: [{ text: 'OTHER123', source: 'disk' }] }),
    ])
    expect(Object.fromEntries(twins)).toEqual({ a: ['2-2'], b: ['2-1'] })
  })

  test('disks behind adapters that all say the same are not', () => {
    const serials = [
      { text: '152D00539000', source: 'disk' },
      { text: 'ADAPTER01', source: 'bridge' },
    ] as const
    expect(findTwins([device('a', { serials }), device('b', { serials })]).size).toBe(0)
  })
})
