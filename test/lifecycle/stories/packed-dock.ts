import { expect } from 'vitest'
import type { ReturnRecord } from '../../../src/lifecycle/records.ts'
import { Dock } from '../dock.ts'

/** A job whose drives have all been copied. */
export function packaging(job: string, drives: readonly string[]): Dock {
  const dock = new Dock()
  dock.job(job, { drives, tracking: 'PKG400000' })
  dock.scans('PKG400000', ...drives)
  for (const serial of drives) dock.copy(job, serial)
  expect(dock.jobOf(job).state).toBe('Packaging')
  return dock
}

export function pack(dock: Dock, serials: readonly string[], carrierNumber: string): void {
  dock.scans('TD-PACK', ...serials)
  closeAndShip(dock, carrierNumber)
}

export function closeAndShip(dock: Dock, carrierNumber: string) {
  dock.scan(labelled(dock).number)
  return dock.scan(carrierNumber)
}

/** The dock's first box. */
export function box(dock: Dock): ReturnRecord {
  const [first] = dock.store.hood().all('return')
  return first ?? ({ number: 'none' } as ReturnRecord)
}

export function labelled(dock: Dock): ReturnRecord {
  const [first] = dock.store.hood().find('return', 'state', 'labelled')
  if (first === undefined) throw new Error('No box has a label that was not scanned.')
  return first
}

/** Copied, packed, closed and handed over. */
export function sendHome(dock: Dock, job: string, serial: string, carrierNumber: string): void {
  dock.copy(job, serial)
  dock.scans('TD-PACK', serial)
  const [box] = dock.store.hood().find('return', 'state', 'labelled')
  dock.scans(box?.number ?? '', carrierNumber)
}
