/** A small dock to tell stories with: a ledger in a folder of its own, and the things that happen there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Ledger, NewEvent } from '../../src/ledger/ledger.ts'
import { type LedgerOptions, openLedger } from '../../src/ledger/open.ts'
import type { Outcome } from '../../src/lifecycle/outcome.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallydock-ledger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence} (${outcome.failure.detail})`)
}

/** A ledger that is closed when the test ends. */
export function openDock(options: Partial<LedgerOptions> = {}): Ledger {
  const ledger = must(openLedger(dockOptions(options)))
  onTestFinished(() => ledger.close())
  return ledger
}

export const dockOptions = (options: Partial<LedgerOptions> = {}): LedgerOptions => ({
  folder: options.folder ?? temporaryFolder(),
  station: 'dock-1',
  clock: new FakeClock(),
  ids: new CountingIds(),
  log: new FakeLog(),
  ...options,
})

/** Records events as they are, whatever the rules say. */
export const record = (ledger: Ledger, ...events: NewEvent[]) =>
  must(ledger.decide({}, 'b-17', () => ({ events, result: undefined })))
