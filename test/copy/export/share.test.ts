import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BlobColumns, chooseShare, neededBytes, sumOf } from '../../../src/copy/export/share.ts'

const MEBIBYTE = 1024 * 1024
const RESERVED = 8 * MEBIBYTE

function columns(sizes: readonly number[]): BlobColumns {
  return { sizeBytes: Float64Array.from(sizes), nameLength: Uint16Array.from(sizes, () => 20) }
}

function room(freeBytes: number, largestFileBytes = Number.MAX_SAFE_INTEGER) {
  return { freeBytes, clusterBytes: 4096, largestFileBytes }
}

/** First-fit decreasing over all drives at once, as the books have it. */
function firstFit(sizes: readonly number[], free: readonly number[]): number[] {
  const left = free.map((bytes) => bytes - RESERVED)
  const where = sizes.map(() => -1)
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
  for (const at of order) {
    const needs = neededBytes(sizes[at] ?? 0, 20, 4096)
    const drive = left.findIndex((bytes) => needs <= bytes)
    if (drive < 0) continue
    left[drive] = (left[drive] ?? 0) - needs
    where[at] = drive
  }
  return where
}

describe('what a drive carries', () => {
  test('the biggest first, and smaller ones where they still fit', () => {
    const sizes = [1, 40, 30, 5, 20].map((size) => size * MEBIBYTE)
    const share = chooseShare(columns(sizes), new Uint8Array(5), room(RESERVED + 67 * MEBIBYTE))
    expect([...share]).toEqual([1, 1, 0, 1, 1])
  })

  test('no file larger than the file system can hold', () => {
    const sizes = [5 * 1024 * MEBIBYTE, 3]
    const share = chooseShare(columns(sizes), new Uint8Array(2), room(1e12, 2 ** 32 - 1))
    expect([...share]).toEqual([0, 1])
  })

  test('drives filled one after the other come out as if all had been planned together', () => {
    const size = fc.oneof(fc.nat(64), fc.nat(40 * MEBIBYTE))
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 60 }),
        fc.array(fc.integer({ min: 0, max: 100 * MEBIBYTE }), { minLength: 1, maxLength: 5 }),
        (sizes, free) => {
          const blobs = columns(sizes)
          const taken = new Uint8Array(sizes.length)
          const where = sizes.map(() => -1)
          for (const [drive, freeBytes] of free.entries()) {
            const share = chooseShare(blobs, taken, room(freeBytes))
            const needs = sizes.reduce(
              (sum, bytes, at) => sum + (share[at] === 1 ? neededBytes(bytes, 20, 4096) : 0),
              0,
            )
            expect(needs).toBeLessThanOrEqual(Math.max(0, freeBytes - RESERVED))
            for (const at of sizes.keys()) {
              if (share[at] !== 1) continue
              expect(taken[at]).toBe(0)
              taken[at] = 1
              where[at] = drive
            }
          }
          expect(where).toEqual(firstFit(sizes, free))
          expect(sumOf(blobs, taken, 0).files + sumOf(blobs, taken, 1).files).toBe(sizes.length)
        },
      ),
    )
  })

  test('many blobs are planned at once', () => {
    const sizes = Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 100_003)
    const share = chooseShare(columns(sizes), new Uint8Array(sizes.length), room(4e9))
    expect(sumOf(columns(sizes), share, 1).bytes).toBeGreaterThan(3e9)
  })
})
