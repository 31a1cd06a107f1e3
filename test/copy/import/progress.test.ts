import { expect, test } from 'vitest'
import type { CopyProgress } from '../../../src/contract/copy-messages.ts'
import { Progress } from '../../../src/copy/import/progress.ts'
import { FakeClock } from '../../fakes/clock.ts'

test('is told at most four times a second, with the newest numbers', () => {
  const clock = new FakeClock()
  const told: CopyProgress[] = []
  const progress = new Progress(clock, clock, (one) => void told.push(one))
  progress.enter('copying', { blobs: 10_000, bytes: 10_000 })
  for (let ms = 0; ms < 10_000; ms++) {
    progress.settled(ms, ms)
    clock.advance(1)
  }
  expect(told.length).toBeGreaterThan(30)
  expect(told.length).toBeLessThanOrEqual(41)
  progress.end()
  expect(told.at(-1)).toMatchObject({ bytesDone: 9999, filesDone: 9999 })
  expect(clock.waitsMs).toEqual([])
})

test('a file tried again does not take back what was told', () => {
  const clock = new FakeClock()
  const told: CopyProgress[] = []
  const progress = new Progress(clock, clock, (one) => void told.push(one))
  progress.enter('copying', { blobs: 2, bytes: 100 })
  progress.staged(80)
  clock.advance(300)
  progress.staged(-80)
  clock.advance(300)
  progress.staged(1_000)
  clock.advance(300)
  expect(told.map(({ bytesDone }) => bytesDone)).toEqual([80, 80, 100])
})
