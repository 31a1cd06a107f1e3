import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type StationHere, startPracticeStation, startRealStation } from '../../src/cli/practice-station.ts'
import { topics } from '../../src/contract/screen.ts'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import type { JobState } from '../../src/lifecycle/states.ts'
import { parcelsOf } from '../../src/station/practice/parcels.ts'
import { openPracticeFolder } from '../../src/station/practice/practice-folder.ts'
import type { Practice } from '../../src/station/practice/start-practice.ts'
import { startScreens } from '../../src/station/screens/start-screens.ts'
import type { StationOptions } from '../../src/station/start-station.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'

const ids = systemIds(systemClock)

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'tallydock-practice-'))
}

function optionsOf(dataDir: string): StationOptions {
  const log = new FakeLog()
  return {
    dataDir,
    env: {},
    clock: systemClock,
    timers: systemTimers,
    ids,
    log,
    processes: nodeProcessHost(log),
  }
}

interface PracticeDock {
  readonly station: StationHere
  readonly practice: Practice
  scan(text: string): ReturnType<StationHere['receiveScan']>
  /** Waits until the dock stands as wanted; looks after each change. */
  until(stands: () => boolean): Promise<void>
  jobState(serial: string): JobState | 'Deleted' | undefined
}

async function open(dataDir: string): Promise<PracticeDock> {
  const started = await startPracticeStation(optionsOf(dataDir), { reset: false }, { env: {} })
  if (!started.ok) throw new Error(started.failure.sentence)
  const station = started.value
  const { practice } = station
  if (practice === undefined) throw new Error('no hands')
  await station.firstExchange
  return {
    station,
    practice,
    scan: (text) => station.receiveScan(text, ids.uuid(), 'operator'),
    until: (stands) =>
      new Promise((resolve) => {
        const look = () => stands() && resolve()
        station.onChange(look)
        practice.onChange(look)
        look()
      }),
    jobState(serial) {
      const [drive] = station.ledger.find('drive', 'serial', serial)
      return drive && station.ledger.get('job', drive.job)?.state
    },
  }
}

/** Does what the lesson says and nothing else; answers the steps. */
async function followLesson({ practice, scan, until }: PracticeDock): Promise<string[]> {
  const steps: string[] = []
  for (;;) {
    const { lesson } = topics.practice.parse(practice.topic())
    if (lesson === undefined) throw new Error('nothing is taught')
    const { name } = lesson.step
    steps.push(name)
    if (name === 'package-done') return steps
    if (steps.length > 60) throw new Error(`the lesson goes in circles: ${steps}`)
    if (lesson.scan !== undefined) scan(lesson.scan)
    else if (lesson.plug !== undefined) practice.plug(lesson.plug)
    else if (lesson.unplug !== undefined) practice.unplug(lesson.unplug)
    else await until(() => practice.topic().lesson?.step.name !== name)
  }
}

describe('a practice dock', () => {
  let dataDir: string
  let dock: PracticeDock
  beforeAll(async () => {
    dataDir = temporary()
    dock = await open(dataDir)
  })
  afterAll(async () => {
    await dock.station.close()
    rmSync(dataDir, { recursive: true })
  })

  /** The station has seen that every bay is empty: a bay is scanned for the drive that goes in, not for the one before. */
  async function emptyBays(): Promise<void> {
    for (const { plugged } of dock.practice.topic().drives)
      if (plugged !== undefined) dock.practice.unplug({ bay: plugged })
    await dock.until(() => dock.station.devices.devices().length === 0)
  }

  test('the lesson alone takes the first package to Completed', async () => {
    const serials = parcelsOf(1)[0]?.jobs[0]?.drives.map(({ serial }) => serial) ?? []
    const steps = await followLesson(dock)
    expect(steps.slice(0, 4)).toEqual(['scan-box', 'scan-drive', 'scan-drive', 'scan-bay'])
    expect(new Set(steps)).toEqual(
      new Set([
        ...['scan-box', 'scan-drive', 'scan-bay', 'scan-drive-for-bay', 'plug-drive', 'wait-for-copy'],
        ...['take-out', 'scan-pack', 'pack-drive', 'scan-label', 'scan-carrier', 'package-done'],
      ]),
    )
    expect(serials.map(dock.jobState)).toEqual(['Completed', 'Completed'])
    expect(
      existsSync(join(dataDir, 'storage', 'practice', 'orchard-survey', serials[0] ?? '', 'record-0001.bin')),
    ).toBe(true)
  })

  test('the mixed box: one is missing, one is extra, one has a bad sector', async () => {
    const [, box] = parcelsOf(1)
    const [good = '', bad = '', missing = ''] = box?.jobs[0]?.drives.map(({ serial }) => serial) ?? []
    const extra = box?.extras[0]?.serial ?? ''
    const codes = dock.practice.topic().codes.map(({ text }) => text)
    expect(codes).toContain(extra)
    expect(codes).not.toContain(missing)

    expect(dock.scan(box?.tracking ?? '').verdict).toBe('arrival-opened')
    expect(dock.scan(good).verdict).toBe('received')
    expect(dock.scan(extra).verdict).toBe('extra')
    expect(dock.scan(bad).verdict).toBe('received')
    expect(dock.scan('TD-FINISH').verdict).toBe('arrival-closed')
    await emptyBays()
    for (const [bay, drive] of [
      ['1', good],
      ['2', bad],
    ] as const) {
      dock.scan(`TD-BAY-${bay}`)
      dock.scan(drive)
      expect(dock.practice.plug({ drive, bay })).toMatchObject({ ok: true })
    }
    const stateOf = (serial: string) => dock.station.ledger.find('drive', 'serial', serial)[0]?.state
    await dock.until(() => stateOf(good) === 'Completed' && stateOf(bad) === 'CompletedMoreInfo')
    expect(stateOf(missing)).toBe('NeverReceived')
  })

  test('two jobs in one box: one drive falls out and comes back, one is not what its label says', async () => {
    const [, , box] = parcelsOf(1)
    const [yanked = ''] = box?.jobs[0]?.drives.map(({ serial }) => serial) ?? []
    const [good = '', wrong = ''] = box?.jobs[1]?.drives.map(({ serial }) => serial) ?? []
    const driveOf = (serial: string) => dock.station.ledger.find('drive', 'serial', serial)[0]

    expect(dock.scan(box?.tracking ?? '').verdict).toBe('arrival-opened')
    const trays = [yanked, good, wrong].map((serial) => dock.scan(serial).tray)
    expect(trays).toEqual(['A', 'B', 'B'])
    await emptyBays()
    for (const [bay, drive] of [
      ['1', yanked],
      ['2', good],
      ['3', wrong],
    ] as const) {
      dock.scan(`TD-BAY-${bay}`)
      dock.scan(drive)
      dock.practice.plug({ drive, bay })
    }
    const copyOf = (serial: string) => dock.station.ledger.find('copy', 'serial', serial)[0]?.state
    await dock.until(() => copyOf(yanked) === 'lost')
    expect(dock.practice.topic().drives.find(({ drive }) => drive === yanked)).toMatchObject({
      bay: '1',
      fault: 'none',
    })
    expect(dock.practice.plug({ drive: yanked, bay: '1' })).toMatchObject({ ok: true })
    await dock.until(() => driveOf(yanked)?.state === 'Completed' && driveOf(good)?.state === 'Completed')
    await dock.until(() => driveOf(wrong)?.identity === 'contradicted')
    expect(driveOf(yanked)?.bytesSucceeded).toBeGreaterThan(300 * 16 * 1024 - 1)
  })

  test('wrong hands are told so', () => {
    const { practice } = dock
    const [drive = ''] = practice.topic().drives.map((one) => one.drive)
    expect(practice.plug({ drive: 'NOBODY', bay: '1' })).toMatchObject({ failure: { code: 'drive-unknown' } })
    expect(practice.plug({ drive, bay: '9' })).toMatchObject({ failure: { code: 'bay-unknown' } })
    expect(practice.unplug({ bay: '4' })).toMatchObject({ failure: { code: 'bay-empty' } })
    expect(practice.plug({ drive, bay: '3' })).toMatchObject({ failure: { code: 'bay-taken' } })
  })

  test('begun again, the same lessons wait under new numbers', async () => {
    const before = dock.practice.topic().codes.filter(({ group }) => group === 'boxes')
    expect(await dock.practice.reset()).toMatchObject({ ok: true })
    const after = dock.practice.topic().codes.filter(({ group }) => group === 'boxes')
    expect(after).toHaveLength(before.length)
    expect(after.map(({ text }) => text)).not.toEqual(before.map(({ text }) => text))
    expect(dock.practice.topic().drives.every(({ plugged }) => plugged === undefined)).toBe(true)
    await dock.until(() => dock.practice.topic().lesson?.step.name === 'scan-box')
    expect(dock.scan(after[0]?.text ?? '').verdict).toBe('arrival-opened')
  })

  test('what was made and plugged is there after a restart', async () => {
    const { drives } = dock.practice.topic()
    const drive = drives[0]?.drive ?? ''
    dock.practice.plug({ drive, bay: '2' })
    await dock.station.close()
    dock = await open(dataDir)
    expect(dock.practice.topic().drives.find((one) => one.drive === drive)?.plugged).toBe('2')
    expect(dock.practice.topic().drives.map((one) => one.drive)).toEqual(drives.map((one) => one.drive))
    expect(dock.practice.topic().lesson?.step.name).toBe('scan-drive')
  })

  test('a running dock is not emptied', () => {
    expect(openPracticeFolder(dataDir, { reset: true })).toMatchObject({
      ok: false,
      failure: { code: 'data-folder-in-use' },
    })
    expect(existsSync(join(dataDir, 'ledger.sqlite'))).toBe(true)
  })
})

describe('folders', () => {
  function folder(): string {
    const made = temporary()
    onTestFinished(() => rmSync(made, { recursive: true, force: true }))
    return made
  }

  test('a practice dock refuses a folder that holds something else, and empties nothing there', () => {
    const real = folder()
    writeFileSync(join(real, 'ledger.sqlite'), 'real')
    for (const reset of [true, false])
      expect(openPracticeFolder(real, { reset })).toMatchObject({
        ok: false,
        failure: { code: 'practice-folder-refused' },
      })
    expect(readFileSync(join(real, 'ledger.sqlite'), 'utf8')).toBe('real')
  })

  test("a file of the marker's name is not enough", () => {
    const real = folder()
    writeFileSync(join(real, 'practice.json'), '{"round":1}')
    expect(openPracticeFolder(real, { reset: true }).ok).toBe(false)
    expect(existsSync(join(real, 'practice.json'))).toBe(true)
  })

  test('a practice folder is emptied when told to, and begins at the first round', () => {
    const own = folder()
    expect(openPracticeFolder(own, { reset: false })).toMatchObject({ ok: true, value: { round: 1 } })
    mkdirSync(join(own, 'storage', 'practice'), { recursive: true })
    writeFileSync(join(own, 'storage', 'practice', 'old.bin'), 'old')
    expect(openPracticeFolder(own, { reset: true })).toMatchObject({ ok: true, value: { round: 1 } })
    expect(existsSync(join(own, 'storage'))).toBe(false)
  })

  test('a real station refuses the folder of a practice dock', async () => {
    const own = folder()
    openPracticeFolder(own, { reset: false })
    expect(await startRealStation(optionsOf(own))).toMatchObject({
      ok: false,
      failure: { code: 'practice-folder-refused' },
    })
  })
})

test('a real dock has no hands', async () => {
  const dataDir = temporary()
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const started = await startRealStation(optionsOf(dataDir))
  if (!started.ok) throw new Error(started.failure.sentence)
  const station = started.value
  const screens = startScreens({ ...optionsOf(dataDir), station, practice: station.practice })
  expect(screens.topic('practice').state).toEqual({ codes: [], drives: [] })
  expect(screens.topic('station').state.practice).toBe(false)
  for (const [name, args] of [
    ['practice.plug', { drive: 'X', bay: '1' }],
    ['practice.unplug', { bay: '1' }],
    ['practice.fault', { drive: 'X', kind: 'yank' }],
    ['practice.reset', {}],
  ] as const)
    expect(await screens.call(name, args), name).toMatchObject({ failure: { code: 'not-practice' } })
  screens.stop()
  await station.close()
})
