/**
 * Every fault of the practice dock leads to the outcome that is published for it: the same engine, copying process and
 * storage as on a real dock; only the drives are virtual.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StationHere, startPracticeStation } from '../../src/cli/practice-station.ts'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import type { DriveRecord } from '../../src/lifecycle/records.ts'
import { parcelsOf } from '../../src/station/practice/parcels.ts'
import type { Practice } from '../../src/station/practice/start-practice.ts'
import { SLOW_BYTES_PER_S } from '../../src/station/practice/virtual-dock.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'

const ids = systemIds(systemClock)
const folder = mkdtempSync(join(tmpdir(), 'tallydock-faults-'))
const [clean, mixed, twoJobs] = parcelsOf(1)
const drivesOf = (box: typeof clean) =>
  box?.jobs.flatMap(({ drives }) => drives.map(({ serial }) => serial)) ?? []
const [slow = '', locked = ''] = drivesOf(clean)
const [sound = '', bad = ''] = drivesOf(mixed)
const [yanked = '', , wrong = ''] = drivesOf(twoJobs)

let station: StationHere
let practice: Practice

beforeAll(async () => {
  const log = new FakeLog()
  const started = await startPracticeStation(
    {
      dataDir: folder,
      env: {},
      clock: systemClock,
      timers: systemTimers,
      ids,
      log,
      processes: nodeProcessHost(log),
    },
    { reset: false },
    { env: {} },
  )
  if (!started.ok) throw new Error(started.failure.sentence)
  station = started.value
  if (station.practice === undefined) throw new Error('no hands')
  practice = station.practice
  await station.firstExchange
  for (const box of [clean, mixed, twoJobs]) {
    scan(box?.tracking ?? '')
    for (const serial of drivesOf(box)) scan(serial)
    scan('TD-FINISH')
  }
})
afterAll(async () => {
  await station?.close()
  rmSync(folder, { recursive: true, force: true })
})

function scan(text: string): void {
  station.receiveScan(text, ids.uuid(), 'operator')
}

/** Waits until the dock stands as wanted; looks after each change. */
function until(stands: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => stands() && resolve()
    station.onChange(look)
    practice.onChange(look)
    look()
  })
}

const driveOf = (serial: string): DriveRecord | undefined => station.ledger.find('drive', 'serial', serial)[0]

function plug(serial: string, bay: string): void {
  scan(`TD-BAY-${bay}`)
  scan(serial)
  expect(practice.plug({ drive: serial, bay })).toMatchObject({ ok: true })
}

/** What the published error log of a drive says. */
function errorLog(serial: string): string {
  const path = driveOf(serial)?.errorLog ?? ''
  return readFileSync(join(folder, 'storage', path), 'utf8')
}

test('slow: the copy takes as long as the bytes do, and ends well', async () => {
  expect(practice.fault({ drive: slow, kind: 'slow' })).toMatchObject({ ok: true })
  plug(slow, '1')
  await until(() => driveOf(slow)?.state === 'Transferring')
  const before = performance.now()
  await until(() => driveOf(slow)?.state === 'Completed')

  const bytes = driveOf(slow)?.bytesSucceeded ?? 0
  const seconds = (performance.now() - before) / 1_000
  expect(bytes).toBe(12 * 64 * 1024)
  // The manifest was read before the copy began to store bytes; every byte after it came this slowly.
  expect(seconds).toBeGreaterThan((0.9 * bytes) / SLOW_BYTES_PER_S)
})

test('wrong key: the drive is not opened, says why, and nothing of it is stored', async () => {
  expect(practice.fault({ drive: locked, kind: 'wrong-key' })).toMatchObject({ ok: true })
  plug(locked, '2')
  await until(() => driveOf(locked)?.state === 'CompletedMoreInfo')

  expect(driveOf(locked)).toMatchObject({
    bytesSucceeded: 0,
    copyStatus: expect.stringContaining('BitLocker'),
  })
  expect(existsSync(join(folder, 'storage', 'practice', 'orchard-survey', locked))).toBe(false)
})

test('bad sector: one file is named with its cause, everything else is stored', async () => {
  expect(practice.topic().drives.find(({ drive }) => drive === bad)?.fault).toBe('bad-sector')
  plug(bad, '3')
  await until(() => driveOf(bad)?.state === 'CompletedMoreInfo')

  const log = errorLog(bad)
  expect(log).toContain('record-0002.bin')
  expect(log).not.toContain('record-0001.bin')
  const stored = join(folder, 'storage', 'practice', 'harbour-archive', bad)
  expect(existsSync(join(stored, 'record-0001.bin'))).toBe(true)
  expect(existsSync(join(stored, 'record-0002.bin'))).toBe(false)
})

test('a fault that was mended is none', async () => {
  expect(practice.fault({ drive: sound, kind: 'bad-sector' })).toMatchObject({ ok: true })
  expect(practice.fault({ drive: sound, kind: 'none' })).toMatchObject({ ok: true })
  plug(sound, '4')
  await until(() => driveOf(sound)?.state === 'Completed')

  expect(driveOf(sound)?.bytesSucceeded).toBe(12 * 64 * 1024)
})

test('yank: the drive is lost in the middle, comes back, and ends complete', async () => {
  practice.unplug({ bay: '1' })
  await until(() => !station.devices.devices().some(({ slot }) => slot === 'bay-1'))
  plug(yanked, '1')
  await until(() => station.ledger.find('copy', 'serial', yanked)[0]?.state === 'lost')

  expect(practice.plug({ drive: yanked, bay: '1' })).toMatchObject({ ok: true })
  await until(() => driveOf(yanked)?.state === 'Completed')
  expect(driveOf(yanked)?.bytesSucceeded).toBe(300 * 16 * 1024)
})

test('another disk than the label: it is never taken, and the sentence names both', async () => {
  practice.unplug({ bay: '2' })
  await until(() => !station.devices.devices().some(({ slot }) => slot === 'bay-2'))
  plug(wrong, '2')
  await until(() => driveOf(wrong)?.identity === 'contradicted')

  expect(driveOf(wrong)?.bytesSucceeded).toBe(0)
  expect(station.ledger.find('copy', 'serial', wrong)).toEqual([])
})
