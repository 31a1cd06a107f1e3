import { z } from 'zod'
import { HEALTHS } from './intake.ts'
import {
  anyRecord,
  caseReason,
  count,
  driveTerms,
  holdReason,
  id,
  inboundPackage,
  jobTerms,
  nestedEvent,
  recordId,
  recordKind,
  text,
  verdict,
  work,
} from './record-shapes.ts'

/**
 * The body of each kind of entry, version 1. Bodies are strict: a member nobody knows makes an entry malformed rather
 * than half understood. Numbers of bytes and blobs are whole; a serial is in its normal form (`serialKey`).
 */

const driveOrder = z.strictObject(driveTerms)

/** An absent member stays as it is. */
const jobChanges = z.strictObject({
  type: jobTerms.type.exactOptional(),
  site: jobTerms.site.exactOptional(),
  storageAccountId: jobTerms.storageAccountId.exactOptional(),
  diagnosticsPath: jobTerms.diagnosticsPath.exactOptional(),
  logLevel: jobTerms.logLevel.exactOptional(),
  backupDriveManifest: jobTerms.backupDriveManifest.exactOptional(),
  hasReturnAddress: jobTerms.hasReturnAddress.exactOptional(),
  hasCarrierAccount: jobTerms.hasCarrierAccount.exactOptional(),
  returnCarrier: jobTerms.returnCarrier,
  package: jobTerms.package,
  personal: jobTerms.personal,
  drives: z.array(driveOrder).exactOptional(),
})

const pluggedIdentity = z.enum(['certain', 'contradicted', 'unknown', 'twin', 'waiting'])

const ofJob = z.strictObject({ job: id })
const ofArrival = z.strictObject({ arrival: id })
const ofSerial = z.strictObject({ serial: id })
const ofDrive = z.strictObject({ job: id, serial: id })
const ofReturn = z.strictObject({ return: id })
const ofCase = z.strictObject({ case: id })
const inReturn = z.strictObject({ return: id, serial: id })

export const EVENT_BODIES = {
  'job-put': z.strictObject({ job: z.strictObject({ ...jobTerms, drives: z.array(driveOrder) }) }),
  'job-updated': z.strictObject({ job: id, changes: jobChanges }),
  'job-announced': z.strictObject({ job: id, package: inboundPackage }),
  'job-cancel-requested': ofJob,
  'job-deleted': z.strictObject({ job: id, by: z.enum(['customer', 'timer']) }),
  'shipping-overdue-noticed': ofJob,
  'wait-extended': ofJob,
  'job-went-unanswered': ofJob,
  'nothing-coming': ofJob,

  'arrival-opened': z.strictObject({
    arrival: id,
    tracking: text,
    base: text,
    carrier: text.exactOptional(),
    jobs: z.array(id),
    blind: z.boolean(),
  }),
  'arrival-job-attached': z.strictObject({ arrival: id, job: id }),
  'arrival-taken-over': ofArrival,
  'arrival-closed': z.strictObject({ arrival: id, short: z.boolean() }),
  'arrival-held': ofArrival,
  'arrival-reopened': ofArrival,
  'arrival-opening-undone': ofArrival,
  'arrival-forwarded': z.strictObject({ arrival: id, site: id }),
  'drive-received': z.strictObject({
    job: id,
    serial: id,
    driveId: text,
    arrival: id,
    tray: text,
    apart: z.boolean(),
  }),
  'drive-missed': z.strictObject({ job: id, serial: id, by: z.enum(['arrival', 'timer']) }),
  'drive-held': z.strictObject({
    serial: id,
    job: id.exactOptional(),
    arrival: id.exactOptional(),
    because: holdReason,
  }),
  'drive-forwarded': z.strictObject({ serial: id, site: id }),
  'drive-set-aside': z.strictObject({ serial: id, arrival: id }),
  'receipt-undone': ofDrive,
  'miss-undone': ofDrive,
  'placing-undone': ofSerial,
  'drive-faulted': z.strictObject({ job: id, serial: id, reason: text }),
  'drive-fault-cleared': ofDrive,
  'job-faulted': z.strictObject({ job: id, reason: text }),
  'job-fault-cleared': ofJob,
  'drive-declined': z.strictObject({ job: id, serial: id, reason: text }),
  'drive-not-needed': ofDrive,

  'drive-placed': z.strictObject({ serial: id, bay: id, scanned: z.literal(true).exactOptional() }),
  'drive-plugged': z.strictObject({
    bay: id,
    attachment: text,
    serials: z.array(text),
    identity: pluggedIdentity.exactOptional(),
  }),
  'drive-examined': z.strictObject({
    bay: id,
    attachment: text,
    serial: text.exactOptional(),
    health: z.enum(HEALTHS),
    reasons: z.array(z.strictObject({ code: id, value: z.number() })).max(64),
    findings: z
      .array(z.strictObject({ code: id, weight: z.enum(['refuse', 'notice']), found: text }))
      .max(16),
    identity: pluggedIdentity,
  }),
  'drive-unplugged': z.strictObject({ bay: id, attachment: text }),
  'drive-shelved': z.strictObject({ serial: id, tray: text }),
  'identity-judged': z.strictObject({
    job: id,
    serial: id,
    verdict: z.enum(['certain', 'contradicted', 'overridden']),
    compared: z.record(z.string(), text),
  }),
  'key-used': ofDrive,
  'copy-began': z.strictObject({
    copy: id,
    job: id,
    serial: id,
    direction: z.enum(['import', 'export']),
    proof: z.enum(['manifest', 'read-back']),
  }),
  'copy-moved': z.strictObject({
    copy: id,
    move: z.enum(['opened', 'began', 'paused', 'resumed', 'lost', 'returned', 'proving']),
  }),
  'copy-ended': z.strictObject({
    copy: id,
    status: z.enum(['Completed', 'CompletedMoreInfo']),
    driveStatus: text,
    errors: z.boolean(),
    copyStatus: text,
    bytesSucceeded: count,
    blobs: z.strictObject({ total: count, completed: count, withErrors: count, failed: count }),
    errorLog: text.exactOptional(),
    verboseLog: text.exactOptional(),
    manifestCopy: text.exactOptional(),
    manifestFile: text.exactOptional(),
    manifestHash: text.exactOptional(),
    incompleteBlobList: text.nullable().exactOptional(),
  }),

  'return-opened': z.strictObject({
    return: id,
    number: id,
    job: id.exactOptional(),
    arrival: id.exactOptional(),
  }),
  'drive-packed': inReturn,
  'drive-unpacked': inReturn,
  'label-printed': z.strictObject({ return: id, reprint: z.boolean() }),
  'label-voided': ofReturn,
  'return-closed': ofReturn,
  'return-shipped': z.strictObject({ return: id, carrier: text, tracking: text }),
  'return-voided': ofReturn,
  'drive-released': z.strictObject({
    serial: id,
    as: z.enum(['lost', 'destroyed']),
    second: text,
    reason: text,
  }),
  'drive-found': ofSerial,

  'case-opened': z.strictObject({
    case: id,
    reason: caseReason,
    job: id.exactOptional(),
    serial: id.exactOptional(),
    arrival: id.exactOptional(),
    return: id.exactOptional(),
  }),
  'case-taken': z.strictObject({ case: id, owner: text }),
  'case-contacted': z.strictObject({
    case: id,
    how: z.enum(['phone', 'mail']).exactOptional(),
    note: id.exactOptional(),
  }),
  'case-answered': z.strictObject({ case: id, note: id.exactOptional() }),
  'case-noted': z.strictObject({
    case: id,
    note: id.exactOptional(),
    count: count.exactOptional(),
    photo: id.exactOptional(),
    second: id.exactOptional(),
  }),
  'case-resolved': ofCase,
  'case-reopened': ofCase,

  'signed-in': z.strictObject({
    person: id,
    role: z.enum(['operator', 'supervisor']),
    from: id.exactOptional(),
  }),
  'signed-out': z.strictObject({ person: id }),
  'work-changed': z.strictObject({ work }),
  'scan-read': z.strictObject({
    scan: id,
    text,
    verdict,
    undo: z.array(nestedEvent).exactOptional(),
    undoes: id.exactOptional(),
  }),
  'consequence-refused': z.strictObject({
    fact: id,
    station: id,
    code: id,
    sentence: text,
    truth: z.array(anyRecord),
    absent: z.array(z.strictObject({ kind: recordKind, id: recordId })).exactOptional(),
  }),
} as const
