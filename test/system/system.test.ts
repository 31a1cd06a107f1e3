import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { systemLog } from '../../src/system/log.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { idsSuite } from '../suites/ids.ts'
import { timersSuite } from '../suites/timers.ts'

idsSuite('the machine', () => systemIds(systemClock))
idsSuite('the fake', () => new CountingIds(7))

timersSuite('the machine', () => ({
  clock: systemClock,
  timers: systemTimers,
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 5)),
}))
timersSuite('the fake', () => {
  const clock = new FakeClock()
  return { clock, timers: clock, pass: async (ms) => clock.advance(ms) }
})

test('ids made later sort later, as far as the clock can tell', () => {
  const clock = new FakeClock()
  const ids = systemIds(clock)
  const first = ids.uuid()
  clock.advance(1)
  expect(ids.uuid() > first).toBe(true)
})

test('a log line is JSON with its facts, and a secret by name is censored', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallydock-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'station.log')
  const log = systemLog({ file, level: 'info' })
  log.debug('not of this level')
  log.with({ drive: 'QZ71M0042' }).warn('It is odd.', { code: 'odd', token: 'tdk_secret' })
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    level: 'warn',
    msg: 'It is odd.',
    drive: 'QZ71M0042',
    code: 'odd',
    token: '[Redacted]',
  })
})
