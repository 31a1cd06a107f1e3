/** Things that happen at a dock, as events with the least that is needed. */
import type { NewEvent } from '../../src/ledger/ledger.ts'
import { type EventBodies, type EventKind, event } from '../../src/lifecycle/events.ts'

export const happened = <K extends EventKind>(kind: K, body: EventBodies[K]): NewEvent =>
  event(kind, body) as NewEvent

export const jobPut = (
  job: string,
  serials: readonly string[],
  personal?: { key: string; text: string },
): NewEvent => ({
  ...happened('job-put', {
    job: {
      id: job,
      subscription: 'sub',
      group: 'dock',
      name: `order-${job}`,
      type: 'Import',
      site: 'westus',
      storageAccountId: '/subscriptions/sub/storage',
      diagnosticsPath: 'waimportexport',
      logLevel: 'Error',
      backupDriveManifest: false,
      hasReturnAddress: true,
      hasCarrierAccount: true,
      drives: serials.map((serial) => ({ serial, driveId: serial })),
    },
  }),
  ...(personal === undefined ? {} : { personal }),
})

export const announced = (job: string, tracking: string): NewEvent =>
  happened('job-announced', { job, package: { carrier: 'FedEx', tracking, base: tracking } })

export const opened = (arrival: string, tracking: string, jobs: readonly string[]): NewEvent =>
  happened('arrival-opened', { arrival, tracking, base: tracking, jobs, blind: false })

export const received = (job: string, serial: string, arrival: string): NewEvent =>
  happened('drive-received', { job, serial, driveId: serial, arrival, tray: 'A', apart: false })

export const scanned = (scan: string, text = scan): NewEvent =>
  happened('scan-read', {
    scan,
    text,
    verdict: { verdict: 'look-up', say: 'unknown', next: 'scan-next', facts: {} },
  })

/** Job `job` is announced and its package open: ready for drives. */
export const ready = (job: string, serials: readonly string[]): NewEvent[] => [
  jobPut(job, serials),
  announced(job, `1Z-${job}`),
  opened(`a-${job}`, `1Z-${job}`, [job]),
]
