import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlowSource } from '../../../src/copy/source/slow-source.ts'
import type { SourceReader, SourceRequest } from '../../../src/copy/source/source.ts'
import { FakeClock } from '../../fakes/clock.ts'

/** Gives as many bytes as the slice has room for, at once. */
const fast: SourceReader = {
  read: async ({ slice }) => ({ kind: 'read', bytesRead: slice.bytes.length, md5s: [] }),
  probe: async () => ({ isThere: true, identity: 'x' }),
  moveTo: async () => undefined,
  close: async () => undefined,
}

const asking = (bytes: number) => ({ slice: { bytes: new Uint8Array(bytes) } }) as unknown as SourceRequest

test('what was asked for at once comes one after the other, as slowly as the bytes allow', async () => {
  const clock = new FakeClock()
  const slow = new SlowSource(fast, 1_000, { clock, timers: clock })
  const done: string[] = []
  const reads = [500, 250, 0].map((bytes) => slow.read(asking(bytes)).then(() => done.push(`${bytes}`)))
  await Promise.resolve()

  clock.advance(499)
  await Promise.resolve()
  expect(done).toEqual([])
  clock.advance(1)
  await reads[0]
  expect(done).toEqual(['500'])
  clock.advance(250)
  await Promise.all(reads)
  expect(done.toSorted()).toEqual(['0', '250', '500'])
})

test('a pause saves nothing up, and a drive that refuses does so at once', async () => {
  const clock = new FakeClock()
  const refusing: SourceReader = { ...fast, read: async () => ({ kind: 'failed', errno: 'EIO' }) }
  expect(await new SlowSource(refusing, 1, { clock, timers: clock }).read(asking(1e9))).toEqual({
    kind: 'failed',
    errno: 'EIO',
  })

  await fc.assert(
    fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 5_000 }), async (pauseMs, bytes) => {
      const slow = new SlowSource(fast, 1_000, { clock, timers: clock })
      clock.advance(pauseMs)
      void slow.read(asking(bytes))
      await Promise.resolve()
      expect(clock.waitsMs).toEqual([bytes])
      clock.advance(bytes)
    }),
  )
})
