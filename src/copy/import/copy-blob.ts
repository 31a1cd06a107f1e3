/**
 * One blob, from its place in the manifest to its report. It becomes visible only when every part of it was read, was
 * right, and is durable; otherwise nothing appears under its name, what was staged is kept, and what was there before stays.
 */
import type { BlobFailure } from '../../ports/blob-store.ts'
import type { AttachmentStatus, BlobReport, BlobStatus, DispositionStatus } from '../log/blob-report.ts'
import { blobNameProblem } from '../manifest/blob-name.ts'
import type { HashedFile, PlacedBlob } from '../manifest/manifest.ts'
import { drivePath } from '../source/drive-path.ts'
import { SLAB_BYTES } from '../source/slabs.ts'
import { type Attached, attachmentsOf } from './attachments.ts'
import { bearIds } from './chunks.ts'
import type { ImportContext } from './context.ts'
import { candidateName } from './disposition.ts'
import type { Intent } from './notes.ts'
import { proveFlushed } from './stored-proof.ts'
import { Transfer } from './transfer.ts'
import type { Turn } from './turns.ts'

/** Around a bad sector, small reads save what a large one would lose. */
const SMALL_READ_BYTES = 4096
/** A name taken this often is no accident. */
const MOST_CANDIDATES = 10_000

export interface BlobTask {
  readonly placed: PlacedBlob
  readonly turn: Turn
  /** The last try: nothing is put off any more. */
  readonly isLast: boolean
}

/** `put-off`: the drive could not read some of it, which is tried again at the end. */
export async function copyBlob(context: ImportContext, task: BlobTask): Promise<BlobReport | 'put-off'> {
  const freeName = await context.names.take(task.placed.blob.blobPath)
  try {
    return await copyNamed(context, task)
  } catch (error) {
    // A defect must not take the other files with it.
    context.log.error('copying a blob failed unexpectedly', {
      blob: task.placed.ordinal,
      error: String(error),
    })
    return failedReport(task.placed, 'Failed')
  } finally {
    task.turn.leave()
    freeName()
  }
}

/** Nothing was done with this blob: `Cancelled` all the way down. */
export function failedReport(placed: PlacedBlob, status: BlobStatus): BlobReport {
  return {
    ...reportBase(placed),
    status,
    dispositionStatus: 'Cancelled',
    partStatuses: 'Cancelled',
    ...attachmentStatuses(placed, 'Cancelled'),
  }
}

async function copyNamed(context: ImportContext, task: BlobTask): Promise<BlobReport | 'put-off'> {
  const { placed } = task
  if (blobNameProblem(placed.blob.blobPath) !== undefined) return failedReport(placed, 'BlobRequestFailed')
  const path = drivePath(placed.blob.filePath)
  if (!path.ok) return failedReport(placed, path.failure.code)
  const done = await ownWork(context, placed)
  if (done !== undefined) return done
  let wasTaken = false
  for (let attempt = 1; ; ) {
    if (!(await context.control.pass())) return failedReport(placed, 'Failed')
    const target = await chooseName(context, placed, attempt)
    if ('report' in target) return target.report
    const copied = await copyTo(context, task, path.value, target, wasTaken)
    if (copied !== 'taken') return copied
    attempt = target.attempt
    wasTaken = true
  }
}

/** Stored by an earlier run of this copy, which died before it could say so. */
async function ownWork(context: ImportContext, placed: PlacedBlob): Promise<BlobReport | undefined> {
  const intent = context.intents.get(placed.ordinal)
  if (intent === undefined) return undefined
  const found = await context.ask(() => context.store.find(intent.b))
  // Not knowing whose it is must not make a second one.
  if (!found.ok) return failedReport(placed, statusOf(context, found.failure))
  if (found.value?.ticket !== intent.t) return undefined
  const metadataStatus = intent.m as AttachmentStatus | undefined
  const propertiesStatus = intent.p as AttachmentStatus | undefined
  return storedReport(placed, intent.b, intent.d, { metadataStatus, propertiesStatus })
}

interface Target {
  readonly name: string
  readonly attempt: number
  /** Something is there and will be replaced. */
  readonly isTaken: boolean
}

async function chooseName(
  context: ImportContext,
  placed: PlacedBlob,
  from: number,
): Promise<Target | { readonly report: BlobReport }> {
  const { blobPath, disposition } = placed.blob
  for (let attempt = from; attempt <= MOST_CANDIDATES; attempt++) {
    const name = candidateName(blobPath, attempt)
    if (blobNameProblem(name) !== undefined) break
    const found = await context.ask(() => context.store.find(name))
    if (!found.ok) return { report: failedReport(placed, statusOf(context, found.failure)) }
    const isTaken = found.value !== undefined
    if (!isTaken || disposition === 'overwrite') return { name, attempt, isTaken }
    if (disposition === 'no-overwrite') return { report: skippedReport(placed) }
  }
  return { report: failedReport(placed, 'RenameFailed') }
}

async function copyTo(
  context: ImportContext,
  task: BlobTask,
  path: readonly string[],
  target: Target,
  wasTaken: boolean,
): Promise<BlobReport | 'put-off' | 'taken'> {
  const { placed, turn, isLast } = task
  const { blob } = placed
  const key = `${context.order.copyId}/${placed.ordinal}`
  const continues = context.isResumed || isLast || wasTaken
  const isProven = context.order.proof === 'read-back'
  const { kind, lengthBytes: sizeBytes, parts } = blob
  const blockIds = kind === 'block' && bearIds(parts)
  const begun = await context.ask(() =>
    context.store.begin({ key, name: target.name, kind, continues, sizeBytes, blockIds, isProven }),
  )
  if (!begun.ok) return failedReport(placed, statusOf(context, begun.failure))
  const upload = begun.value
  const transfer = new Transfer(
    context,
    { blob, path, pieceBytes: isLast ? SMALL_READ_BYTES : SLAB_BYTES },
    upload,
  )
  try {
    await transfer.run(turn)
    if (transfer.isWhole) return await commit(context, placed, target, transfer)
    return transfer.mayBeRetried && !isLast ? 'put-off' : partialReport(context, placed, transfer)
  } finally {
    transfer.uncount()
    await upload.leave()
  }
}

async function commit(
  context: ImportContext,
  placed: PlacedBlob,
  target: Target,
  transfer: Transfer,
): Promise<BlobReport | 'taken'> {
  const { blob, ordinal } = placed
  const { upload } = transfer
  const attached = await attachmentsOf(context.attachments, placed)
  if (attached.isCancelled) return { ...failedReport(placed, 'Failed'), partStatuses: 'Uncommitted' }
  const dispositionStatus = target.isTaken ? 'Overwritten' : target.attempt > 1 ? 'Renamed' : 'Created'
  const flushed = await proveFlushed(context, transfer, () =>
    context.ask(() => upload.flush(blob.lengthBytes)),
  )
  if (flushed === undefined) return partialReport(context, placed, transfer)
  if (!flushed.ok) return uncommitted(context, placed, flushed.failure)
  const { ticket } = flushed.value
  const intended = await context.ask(() =>
    context.notes.intend(intentOf(ordinal, target.name, ticket, dispositionStatus, attached)),
  )
  if (!intended.ok) return uncommitted(context, placed, intended.failure)
  const condition = blob.disposition === 'overwrite' ? 'overwrite' : 'if-absent'
  const { metadata, properties } = attached
  const done = await context.ask(() => upload.commit({ condition, metadata, properties }))
  if (done.ok) {
    const status = done.value.replaced ? 'Overwritten' : dispositionStatus
    return storedReport(placed, target.name, status, attached)
  }
  if (done.failure.code !== 'blob-exists') return uncommitted(context, placed, done.failure)
  // Somebody else took the name since it was looked for; the disposition decides again.
  return 'taken'
}

function uncommitted(context: ImportContext, placed: PlacedBlob, failure: BlobFailure): BlobReport {
  return { ...failedReport(placed, statusOf(context, failure)), partStatuses: 'Uncommitted' }
}

function partialReport(context: ImportContext, placed: PlacedBlob, transfer: Transfer): BlobReport {
  const { fileProblem, storeFailure, isCancelled, partStatuses } = transfer
  let status: BlobStatus = 'CompletedWithErrors'
  if (fileProblem !== undefined) status = fileProblem
  else if (storeFailure !== undefined) status = statusOf(context, storeFailure)
  else if (isCancelled) status = 'Failed'
  return { ...failedReport(placed, status), partStatuses }
}

function storedReport(
  placed: PlacedBlob,
  blobPath: string,
  dispositionStatus: DispositionStatus,
  { metadataStatus, propertiesStatus }: Pick<Attached, 'metadataStatus' | 'propertiesStatus'>,
): BlobReport {
  const isWhole = [metadataStatus, propertiesStatus].every((one) => one === undefined || one === 'Completed')
  return {
    ...reportBase(placed),
    status: isWhole ? 'Completed' : 'CompletedWithErrors',
    blobPath,
    dispositionStatus,
    partStatuses: 'Completed',
    metadataStatus,
    propertiesStatus,
  }
}

function skippedReport(placed: PlacedBlob): BlobReport {
  return {
    ...reportBase(placed),
    status: 'Completed',
    dispositionStatus: 'Skipped',
    parts: [],
    partStatuses: [],
    metadataStatus: undefined,
    propertiesStatus: undefined,
  }
}

function reportBase({ blob, list }: PlacedBlob) {
  const { blobPath, filePath, lengthBytes, kind, disposition, parts } = blob
  return { blobPath, filePath, lengthBytes, kind, disposition, parts, list, own: ownFiles(blob) }
}

function ownFiles({ metadata, properties }: { metadata?: HashedFile; properties?: HashedFile }) {
  return {
    ...(metadata === undefined ? {} : { metadata }),
    ...(properties === undefined ? {} : { properties }),
  }
}

function attachmentStatuses({ blob, list }: PlacedBlob, status: AttachmentStatus) {
  return {
    metadataStatus: (blob.metadata ?? list.metadata) === undefined ? undefined : status,
    propertiesStatus: (blob.properties ?? list.properties) === undefined ? undefined : status,
  }
}

function intentOf(
  ordinal: number,
  name: string,
  ticket: string,
  status: Intent['d'],
  { metadataStatus, propertiesStatus }: Attached,
): Intent {
  const intent: Intent = { k: 'i', n: ordinal, b: name, t: ticket, d: status }
  if (metadataStatus !== undefined) intent.m = metadataStatus
  if (propertiesStatus !== undefined) intent.p = propertiesStatus
  return intent
}

function statusOf(context: ImportContext, failure: BlobFailure): BlobStatus {
  context.noteFailure(failure)
  switch (failure.code) {
    case 'BlobRequestForbidden':
    case 'LeasePresent':
    case 'IOFailed':
      return failure.code
    default:
      return 'BlobRequestFailed'
  }
}
