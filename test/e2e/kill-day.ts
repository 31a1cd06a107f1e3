import { mkdir } from 'node:fs/promises'
import { expect, onTestFinished } from 'vitest'
import type { VerdictLine } from '../../src/contract/verdict-line.ts'
import { randomFrom } from '../fixtures/random.ts'
import { testDock } from './dock.ts'
import { ScanSession, tallydock } from './tallydock.ts'

interface ExportedEntry {
  readonly kind: string
  readonly seq: number
  readonly body: { readonly text?: string; readonly serial?: string; readonly scan?: string }
}

const TRACKING = '1Z84W5E70341829916'
const DRIVES_PER_JOB = 10
const DAMAGED_SERIAL_LENGTH = 12

/**
 * A day of scans during which the engine is killed again and again at random moments. What was answered must be in the
 * ledger exactly once, and what follows from it exactly once.
 */
export async function liveThroughKills(seed: number, kills: number): Promise<void> {
  const random = randomFrom(seed)
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  const serials = Array.from({ length: DRIVES_PER_JOB }, (_, at) =>
    `KD${String(at).padStart(2, '0')}${Math.floor(random() * 1e8)}`.padEnd(DAMAGED_SERIAL_LENGTH, '7'),
  )
  await dock.order({ name: 'kill-day', drives: serials.map((driveId) => ({ driveId })), tracking: TRACKING })

  const answered: VerdictLine[] = []
  let session = new ScanSession(['--data', dock.data])
  onTestFinished(() => void session.kill())
  const day = [TRACKING, ...serials.flatMap((serial) => [serial, serial, 'TD-UNDO', serial])]
  let left = kills
  for (let at = 0; at < day.length; ) {
    const text = day[at] ?? ''
    session.send(text)
    const stays = left === 0 || random() > (2 * kills) / day.length
    if (!stays) {
      left--
      await new Promise((resolve) => setTimeout(resolve, random() * 30))
      void session.kill()
    }
    const line = await session.line()
    if (line !== undefined) {
      answered.push(JSON.parse(line) as VerdictLine)
      at++
    }
    if (stays) {
      if (line === undefined) throw new Error(`The engine ended by itself: ${session.notes.join('')}`)
      continue
    }
    await session.closed
    session = new ScanSession(['--data', dock.data])
  }
  expect(await session.end()).toBe(0)
  expect(kills - left, 'kills that took place').toBeGreaterThan(kills / 2)

  const verified = await tallydock(['ledger', 'verify', '--data', dock.data])
  expect(verified.code, verified.out).toBe(0)
  const exported = await tallydock(['ledger', 'export', '--data', dock.data])
  const entries = exported.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { entry?: ExportedEntry } & ExportedEntry)
    .map((line) => line.entry ?? line)
  const scans = entries.filter((entry) => entry.kind === 'scan-read').map((entry) => entry.body.scan)
  expect(new Set(scans).size).toBe(scans.length)
  for (const { scan } of answered) expect(scans).toContain(scan)
  // Between two receipts of a drive there is an undo: never received twice.
  for (const serial of serials) {
    let isIn = false
    for (const { kind, body } of entries) {
      if (body.serial !== serial) continue
      if (kind === 'drive-received') {
        expect(isIn, `${serial} was received twice`).toBe(false)
        isIn = true
      }
      if (kind === 'receipt-undone') isIn = false
    }
  }
  const job = await dock.job('kill-day')
  const states = new Set(job.properties.driveList.map((drive) => drive.state))
  expect([...states].filter((state) => state !== 'Received' && state !== 'Specified')).toEqual([])
}
