import { z } from 'zod'
import {
  ARRIVAL_STATES,
  CASE_STATES,
  COPY_STATES,
  CUSTODY_STATES,
  DRIVE_STATES,
  JOB_STATES,
  RETURN_STATES,
  VERDICT_CODES,
} from '../lifecycle/states.ts'

/**
 * The records of the rules as they cross a wire inside `consequence-refused`, and the words their members share with
 * event bodies. Times are milliseconds since 1970 (UTC). That these shapes are those of `src/lifecycle/records.ts` is
 * checked where both meet (`src/service/exchange/shapes-agree.ts`).
 */

/** An identifier: never empty, short enough to index, without control characters. */
const idOf = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^\P{Cc}+$/u)
export const id = idOf(256)
/** Free text of a station or customer; the entry's own limit bounds it further. */
export const text = z.string().max(65_536)
const instant = z.int()
export const count = z.int().nonnegative()
const percent = z.number().min(0).max(100)

export const holdReason = z.enum([
  'job-creating',
  'job-gone',
  'listed-twice',
  'identity',
  'storage',
  'unannounced',
  'operator',
  'found-again',
  'other-site',
])

export const caseReason = z.enum([
  'job-creating',
  'job-gone',
  'listed-twice',
  'unannounced',
  'identity-contradicted',
  'storage-not-configured',
  'return-address-missing',
  'carrier-account-missing',
  'closed-short',
  'fewer-than-announced',
  'more-than-ten',
  'late-drive',
  'damaged',
  'declined',
  'shipping-overdue',
  'unreturnable',
  'whose-extra',
  'released',
  'consequence-refused',
  'held-by-operator',
  'copy-failed',
  'faulted',
  'other-site',
  'cancelled',
])

export const inboundPackage = z.strictObject({
  carrier: text,
  tracking: text,
  base: text,
  driveCount: count.exactOptional(),
  shipDate: text.exactOptional(),
})

const fault = z.strictObject({ reason: text, since: instant })

/** Members a job has from the day it is ordered. */
export const jobTerms = {
  id,
  subscription: id,
  group: id,
  name: id,
  type: z.enum(['Import', 'Export']),
  site: id,
  storageAccountId: text,
  diagnosticsPath: text,
  logLevel: z.enum(['Error', 'Verbose']),
  backupDriveManifest: z.boolean(),
  hasReturnAddress: z.boolean(),
  hasCarrierAccount: z.boolean(),
  returnCarrier: text.exactOptional(),
  package: inboundPackage.exactOptional(),
  personal: id.exactOptional(),
}

export const driveTerms = {
  serial: id,
  driveId: text,
  manifestFile: text.exactOptional(),
  manifestHash: text.exactOptional(),
  driveHeaderHash: text.exactOptional(),
}

const job = z.strictObject({
  kind: z.literal('job'),
  ...jobTerms,
  state: z.enum([...JOB_STATES, 'Deleted']),
  createdAt: instant,
  updatedAt: instant,
  waitingSince: instant.exactOptional(),
  overdueNoticeAt: instant.exactOptional(),
  cancelRequested: z.boolean(),
  leftShipping: z.boolean(),
  receivedAt: instant.exactOptional(),
  endedAt: instant.exactOptional(),
  endedBy: z.enum(['went-unanswered', 'nothing-coming']).exactOptional(),
  deletedBy: z.enum(['customer', 'timer']).exactOptional(),
  percent,
  fault: fault.exactOptional(),
  incompleteBlobList: text.exactOptional(),
})

const drive = z.strictObject({
  kind: z.literal('drive'),
  id: idOf(513),
  job: id,
  ...driveTerms,
  state: z.enum(DRIVE_STATES),
  cameFrom: z.enum(DRIVE_STATES).exactOptional(),
  missedBy: z.enum(['arrival', 'timer']).exactOptional(),
  arrival: id.exactOptional(),
  receivedAt: instant.exactOptional(),
  apart: z.boolean(),
  withdrawn: z.boolean().exactOptional(),
  identity: z.enum(['certain', 'contradicted', 'overridden']).exactOptional(),
  percent,
  bytesSucceeded: count,
  copyStatus: text.exactOptional(),
  endedWithError: z.boolean(),
  errorLog: text.exactOptional(),
  verboseLog: text.exactOptional(),
  manifestCopy: text.exactOptional(),
  fault: fault.exactOptional(),
})

const arrival = z.strictObject({
  kind: z.literal('arrival'),
  id,
  state: z.enum(ARRIVAL_STATES),
  tracking: text,
  base: text,
  carrier: text.exactOptional(),
  jobs: z.array(id),
  station: id,
  blind: z.boolean(),
  openedAt: instant,
  closedAt: instant.exactOptional(),
  short: z.boolean(),
})

const custody = z.strictObject({
  kind: z.literal('custody'),
  id,
  serial: id,
  state: z.enum(CUSTODY_STATES),
  cameFrom: z.enum(CUSTODY_STATES).exactOptional(),
  job: id.exactOptional(),
  arrival: id.exactOptional(),
  tray: text.exactOptional(),
  bay: id.exactOptional(),
  scanned: z.literal(true).exactOptional(),
  return: id.exactOptional(),
  since: instant,
  heldBecause: holdReason.exactOptional(),
})

const returnBox = z.strictObject({
  kind: z.literal('return'),
  id,
  number: id,
  state: z.enum(RETURN_STATES),
  job: id.exactOptional(),
  arrival: id.exactOptional(),
  drives: z.array(id),
  prints: count,
  carrier: text.exactOptional(),
  tracking: text.exactOptional(),
  openedAt: instant,
  closedAt: instant.exactOptional(),
  shippedAt: instant.exactOptional(),
})

const copy = z.strictObject({
  kind: z.literal('copy'),
  id,
  job: id,
  serial: id,
  direction: z.enum(['import', 'export']),
  proof: z.enum(['manifest', 'read-back']),
  state: z.enum(COPY_STATES),
  startedAt: instant,
  endedAt: instant.exactOptional(),
  driveStatus: text.exactOptional(),
})

const caseNote = z.strictObject({
  at: instant,
  by: text,
  did: z.enum(['taken', 'contacted', 'answered', 'noted', 'resolved', 'reopened']),
  how: z.enum(['phone', 'mail']).exactOptional(),
  note: id.exactOptional(),
  count: count.exactOptional(),
  photo: id.exactOptional(),
  second: id.exactOptional(),
})

const caseRecord = z.strictObject({
  kind: z.literal('case'),
  id,
  state: z.enum(CASE_STATES),
  reason: caseReason,
  job: id.exactOptional(),
  serial: id.exactOptional(),
  arrival: id.exactOptional(),
  return: id.exactOptional(),
  owner: text.exactOptional(),
  openedAt: instant,
  firstContactAt: instant.exactOptional(),
  answeredAt: instant.exactOptional(),
  resolvedAt: instant.exactOptional(),
  log: z.array(caseNote).exactOptional(),
})

const settled = [
  z.strictObject({ doing: z.literal('nothing') }),
  z.strictObject({ doing: z.literal('arrival'), arrival: id }),
  z.strictObject({ doing: z.literal('bay'), bay: id }),
  z.strictObject({ doing: z.literal('packing') }),
  z.strictObject({ doing: z.literal('return'), return: id }),
  z.strictObject({ doing: z.literal('shipping') }),
  z.strictObject({ doing: z.literal('case'), case: id }),
] as const

export const work = z.discriminatedUnion('doing', [
  ...settled,
  z.strictObject({
    doing: z.literal('asking'),
    ask: z.strictObject({
      what: z.enum([
        'new-box',
        'take-over',
        'joins-export',
        'is-it-really',
        'second-person',
        'pin',
        'hand-over',
      ]),
      subject: id.exactOptional(),
    }),
    text,
    before: z.discriminatedUnion('doing', settled),
  }),
])

export const verdict = z.strictObject({
  verdict: z.enum(VERDICT_CODES),
  say: text,
  next: text,
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  drive: text.exactOptional(),
  job: id.exactOptional(),
  arrival: id.exactOptional(),
  return: id.exactOptional(),
  tray: text.exactOptional(),
  count: z.strictObject({ received: count, expected: count }).exactOptional(),
  misread: z.strictObject({ expected: text, positions: z.array(count) }).exactOptional(),
})

/** An event inside another one: what takes a scan back. Each is judged by its own shape when it is recorded itself. */
export const nestedEvent = z.strictObject({ kind: id, body: z.record(z.string(), z.unknown()) })

const person = z.strictObject({ id, role: z.enum(['operator', 'supervisor']), since: instant })

const workRecord = z.strictObject({
  kind: z.literal('work'),
  id,
  work,
  scans: z.array(id),
  person: person.exactOptional(),
})

const scan = z.strictObject({
  kind: z.literal('scan'),
  id,
  station: id,
  at: instant,
  text,
  verdict,
  undo: z.array(nestedEvent).exactOptional(),
  undone: z.boolean(),
})

export const RECORD_SHAPES = {
  job,
  drive,
  arrival,
  custody,
  return: returnBox,
  copy,
  case: caseRecord,
  work: workRecord,
  scan,
} as const

export const recordKind = z.enum(Object.keys(RECORD_SHAPES) as (keyof typeof RECORD_SHAPES)[])
/** A drive's id is made of two others. */
export const recordId = idOf(513)

export const anyRecord = z.discriminatedUnion('kind', [
  job,
  drive,
  arrival,
  custody,
  returnBox,
  copy,
  caseRecord,
  workRecord,
  scan,
])
