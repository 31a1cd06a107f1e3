import { describe, expect, test } from 'vitest'
import { type DrivesUpdate, watchDrives } from '../../src/drives/watch.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Examination } from '../../src/ports/devices.ts'
import { CopyJournal } from '../../src/station/copy-journal.ts'
import { DockBays } from '../../src/station/dock-bays.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeDevices } from '../fakes/devices.ts'
import { FakeLog } from '../fakes/log.ts'
import { openDock, record } from '../ledger/dock.ts'
import { announced, happened, jobPut, opened, received } from '../ledger/tellings.ts'

const QUIET: Examination = { health: 'healthy', reasons: [], findings: [], rawValues: [] }
const disk = (text: string) => ({ serials: [{ text, source: 'disk' as const }] })

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A dock with a received drive S1 in tray A, and bays that watch their slots. */
async function bays() {
  const ledger = openDock()
  record(
    ledger,
    jobPut('j1', ['QZ71M0042', 'QZ71M0043']),
    announced('j1', '1Z1'),
    opened('a1', '1Z1', ['j1']),
    received('j1', 'QZ71M0042', 'a1'),
    received('j1', 'QZ71M0043', 'a1'),
  )
  const clock = new FakeClock()
  const devices = new FakeDevices()
  const log = new FakeLog()
  const mint = { uuid: () => '00000000-0000-4000-8000-000000000001', returnNumber: () => 'TDR-1' }
  const journal = new CopyJournal({ ledger, clock, mint, log })
  const dock = new DockBays({ ledger, config: { bays: { '2-1': '1', '2-2': '2' } }, devices, journal, log })
  const updates: DrivesUpdate[] = []
  const watch = watchDrives({ devices, clock, timers: clock }, (update) => {
    updates.push(update)
    dock.told(update)
  })
  const look = async () => {
    clock.advance(60)
    await settled()
  }
  await settled()
  return { ledger, dock, devices, look, watch, log }
}

async function entries(ledger: Ledger, kind: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = []
  for await (const line of ledger.export()) {
    const { entry } = JSON.parse(line) as { entry: { kind: string; body: Record<string, unknown> } }
    if (entry.kind === kind) found.push(entry.body)
  }
  return found
}

describe('what a dock does about a plugged drive', () => {
  test('a drive whose own serial is one received label is in that bay, without another scan', async () => {
    const { ledger, devices, look } = await bays()
    devices.plug('2-1', '/d', disk('     QZ71M0042'))
    await look()
    expect(ledger.get('custody', 'QZ71M0042')).toMatchObject({ state: 'bay', bay: '1' })
    expect(await entries(ledger, 'drive-plugged')).toMatchObject([{ bay: '1', identity: 'waiting' }])
  })

  test('the word of an adapter places nothing: the label is asked for', async () => {
    const { ledger, devices, look } = await bays()
    devices.plug('2-1', '/d', { serials: [{ text: 'QZ71M0042', source: 'bridge' }] })
    await look()
    expect(ledger.get('custody', 'QZ71M0042')).toMatchObject({ state: 'tray' })
    expect(await entries(ledger, 'drive-plugged')).toMatchObject([{ identity: 'unknown' }])
  })

  test('what the disk itself tells when it is examined counts as its own word', async () => {
    const { ledger, devices, look } = await bays()
    devices.examinations.set('2-1', { ...QUIET, serial: 'QZ71M0042' })
    devices.plug('2-1', '/d', { serials: [{ text: 'DD564198838', source: 'bridge' }] })
    await look()
    expect(ledger.get('custody', 'QZ71M0042')).toMatchObject({ state: 'bay', bay: '1' })
    expect(await entries(ledger, 'drive-examined')).toMatchObject([
      { serial: 'QZ71M0042', identity: 'waiting' },
    ])
  })

  test('a disk whose word is another than the label scanned for its bay is contradicted', async () => {
    const { ledger, devices, look, dock } = await bays()
    record(ledger, happened('drive-placed', { serial: 'QZ71M0042', bay: '1' }))
    devices.examinations.set('2-1', { ...QUIET, serial: 'ZR90Q7KD' })
    const device = devices.plug('2-1', '/d', {})
    await look()
    expect(dock.identityOf(device, ledger.get('custody', 'QZ71M0042')).sentence).toContain('ZR90Q7KD')
    expect(await entries(ledger, 'drive-examined')).toMatchObject([{ identity: 'contradicted' }])
  })

  test('two disks with one serial are twins, and neither is placed', async () => {
    const { ledger, devices, look } = await bays()
    devices.plug('2-1', '/d', disk('QZ71M0042'))
    devices.plug('2-2', '/e', disk('QZ71M0042'))
    await look()
    expect(ledger.get('custody', 'QZ71M0042')).toMatchObject({ state: 'tray' })
    expect(await entries(ledger, 'drive-plugged')).toMatchObject([{ identity: 'twin' }, { identity: 'twin' }])
  })

  test('a drive pulled from one bay and plugged into another is found there', async () => {
    const { ledger, devices, look } = await bays()
    devices.plug('2-1', '/d', disk('QZ71M0042'))
    await look()
    devices.unplug('2-1')
    devices.plug('2-2', '/d', disk('QZ71M0042'))
    await look()
    expect(ledger.get('custody', 'QZ71M0042')).toMatchObject({ state: 'bay', bay: '2' })
  })

  test('a drive at risk is written down with its reasons, and its numbers are one question away', async () => {
    const { ledger, devices, look, dock } = await bays()
    const rawValues = [{ name: '197 Current_Pending_Sector', value: '8' }]
    const reasons = [{ code: 'pending-sectors' as const, value: 8 }]
    devices.examinations.set('2-1', { ...QUIET, health: 'at-risk', reasons, rawValues })
    const device = devices.plug('2-1', '/d', {})
    await look()
    expect(await entries(ledger, 'drive-examined')).toMatchObject([{ health: 'at-risk', reasons }])
    expect(dock.examinationOf(device)?.rawValues).toEqual(rawValues)
  })

  test('nothing starts on a drive that is still being asked, or was ejected', async () => {
    const { devices, look, dock } = await bays()
    let answer: () => void = () => undefined
    devices.examine = () =>
      new Promise((resolve) => {
        answer = () => resolve({ ok: true, value: QUIET })
      })
    const device = devices.plug('2-1', '/d', {})
    await look()
    expect(dock.mayStart(device)).toBe(false)
    answer()
    await dock.idle()
    expect(dock.mayStart(device)).toBe(true)
    expect(await dock.eject('1', async () => ({ ok: true, value: undefined }))).toMatchObject({ ok: true })
    expect([dock.isEjected(device), dock.mayStart(device)]).toEqual([true, false])
  })

  test('an eject that leaves something open says what, and the drive stays in work', async () => {
    const { devices, look, dock } = await bays()
    const device = devices.plug('2-1', '/d', {})
    await look()
    devices.failNextCloses(1)
    const release = async () => ({ ok: true, value: undefined }) as const
    expect(await dock.eject('1', release)).toMatchObject({
      failure: { sentence: expect.stringContaining('still reads it') },
    })
    expect(dock.mayStart(device)).toBe(true)
    expect(await dock.eject('7', release)).toMatchObject({ failure: { code: 'bay-empty' } })
  })

  test('an examination that breaks is no end of anything', async () => {
    const { devices, look, dock, log } = await bays()
    devices.examine = () => Promise.reject(new Error('the adapter has a defect'))
    const device = devices.plug('2-1', '/d', {})
    await look()
    expect(dock.mayStart(device)).toBe(true)
    expect(log.lines.some(({ level }) => level === 'error')).toBe(true)
  })

  test('what goes while it is examined leaves nothing behind', async () => {
    const { devices, look, dock, ledger } = await bays()
    let answer: () => void = () => undefined
    devices.examine = () =>
      new Promise((resolve) => {
        answer = () => resolve({ ok: true, value: QUIET })
      })
    const device = devices.plug('2-1', '/d', {})
    await look()
    devices.unplug('2-1')
    await look()
    answer()
    await dock.idle()
    expect(dock.examinationOf(device)).toBeUndefined()
    expect(await entries(ledger, 'drive-examined')).toEqual([])
  })
})
