/** The end of an export drive: names made durable, manifest, logs, the list of what fits nowhere, and the result. */
import type { CopyResult, DriveLogStatus } from '../../contract/copy-messages.ts'
import { type LogKind, logEnd, logStart } from '../log/drive-log.ts'
import { logExported } from '../log/export-log.ts'
import { LogFile } from '../log/log-file.ts'
import { logName } from '../log/log-name.ts'
import type { ExportContext } from './context.ts'
import { type MadeManifest, makeManifest } from './drive-manifest.ts'
import type { Counts, DriveFilling, FillEnd } from './fill-drive.ts'
import { writeIncompleteList } from './incomplete-list.ts'
import { type DrivePlan, giveBack } from './make-plan.ts'
import { takenBy } from './plan-store.ts'
import type { BlobRecord } from './records.ts'
import { sumOf } from './share.ts'

export async function finishDrive(
  context: ExportContext,
  plan: DrivePlan,
  filling: DriveFilling,
  end: Exclude<FillEnd, 'lost'>,
): Promise<CopyResult | 'lost'> {
  const { drive } = context
  const synced = await drive.syncFolders()
  if (!synced.ok && synced.trouble.kind === 'lost') return 'lost'
  const manifest = synced.ok ? await makeManifest(context, () => filling.records()) : synced
  if ('trouble' in manifest && manifest.trouble.kind === 'lost') return 'lost'
  const made: MadeManifest | undefined = 'made' in manifest ? manifest.made : undefined
  if (made !== undefined) {
    const named = await drive.syncFolders()
    if (!named.ok && named.trouble.kind === 'lost') return 'lost'
  }
  const counts = await filling.counts()
  const unmet = plan.claim.tellsUnmet ? plan.head.unmet : []
  counts.failed += unmet.length
  for (const { sentence } of unmet) context.remark(sentence)
  const driveStatus = statusOf(counts, end, made !== undefined)
  const logs = await writeLogs(context, plan, filling, driveStatus)
  // A sick drive, or one without its manifest, leaves what it does not hold to the others.
  const fails = end === 'drive-fails' || made === undefined
  const isGiven = (ordinal: number) =>
    filling.isLeft(ordinal) || (fails && (made === undefined || !filling.isOnDrive(ordinal)))
  const remark = (sentence: string) => context.remark(sentence)
  const left = await listWhatIsLeft(
    { store: context.store, order: context.order, remark },
    plan,
    fails || filling.hasLeft ? isGiven : undefined,
  )
  const { bytesReadBack, isAllFromMedium } = context.proof
  return {
    summary: {
      status: driveStatus === 'Completed' ? 'Completed' : 'CompletedMoreInfo',
      driveStatus,
      bytesSucceeded: counts.bytesSucceeded,
      blobs: {
        total: counts.completed + counts.withErrors + counts.failed,
        completed: counts.completed,
        withErrors: counts.withErrors,
        failed: counts.failed,
      },
      errorLog: logs.error,
      verboseLog: logs.verbose,
    },
    // Cancelling that came too late to leave anything out changed nothing.
    cancelled: end === 'cancelled',
    exported: {
      isNeeded: true,
      manifestFile: made?.path ?? null,
      manifestHash: made?.md5 ?? null,
      ...left,
    },
    manifestCopy: made?.backup ?? null,
    proof: {
      level: 'read-back',
      bytesReadBack,
      readBackFrom: bytesReadBack === 0 ? 'none' : isAllFromMedium ? 'medium' : 'cache',
    },
    bytesRead: context.bytesRead,
    remarks: [...context.remarks],
  }
}

/** A drive without its manifest is of no use to the customer, whatever files are on it. */
function statusOf({ withErrors, failed }: Counts, end: FillEnd, hasManifest: boolean): DriveLogStatus {
  if (end === 'drive-fails' || !hasManifest) return 'DiskOperationFailed'
  return withErrors + failed > 0 || end === 'cancelled' ? 'CompletedWithErrors' : 'Completed'
}

/** An error log is written for every status but `Completed`. */
async function writeLogs(
  context: ExportContext,
  plan: DrivePlan,
  filling: DriveFilling,
  status: DriveLogStatus,
): Promise<Readonly<Record<LogKind, string | null>>> {
  const names: Record<LogKind, string | null> = { error: null, verbose: null }
  if (status !== 'Completed') names.error = await writeLog(context, plan, filling, status, 'error')
  if (context.order.logLevel === 'Verbose')
    names.verbose = await writeLog(context, plan, filling, status, 'verbose')
  return names
}

async function writeLog(
  context: ExportContext,
  plan: DrivePlan,
  filling: DriveFilling,
  status: DriveLogStatus,
  kind: LogKind,
): Promise<string | null> {
  const { store, order, records } = context
  const name = logName({ ...order, startedAt: records.head.startedAt }, kind)
  const file = new LogFile({ store, key: `${order.copyId}/log-${kind}`, name })
  try {
    let written = await context.ask(() => file.append(logStart(order.driveId)))
    for await (const record of entriesOf(plan, filling)) {
      if (!written.ok) break
      if (kind === 'error' && record.status === 'Completed') continue
      written = await file.append(logExported(record, kind))
    }
    if (written.ok) written = await file.append(logEnd(status))
    if (written.ok) written = await file.finish(async () => ({ ok: true, value: undefined }))
    if (written.ok) return name
    context.remark(`The ${kind} log could not be written. ${written.failure.sentence}`)
    return null
  } finally {
    await file.leave()
  }
}

async function* entriesOf(plan: DrivePlan, filling: DriveFilling): AsyncGenerator<Omit<BlobRecord, 'k'>> {
  if (plan.claim.tellsUnmet) for (const { text, status } of plan.head.unmet) yield untouched(text, 0, status)
  yield* filling.records()
  for await (const { name, sizeBytes } of filling.unreached()) yield untouched(name, sizeBytes, 'Failed')
}

/** Nothing was written for it; its file would have stood here. */
function untouched(blobPath: string, sizeBytes: number, status: BlobRecord['status']): Omit<BlobRecord, 'k'> {
  const filePath = `\\${blobPath.replace(/^\//, '').replaceAll('/', '\\')}`
  return { n: 0, blobPath, filePath, sizeBytes, kind: 'block', status, md5s: [] }
}

export interface WhatIsLeft {
  readonly incompleteBlobList: string | null
  readonly left: { readonly files: number; readonly bytes: number }
}

/**
 * Each drive that ends writes the list anew: should a later one be refused, what it would have carried stays told. `isGiven`:
 * blobs of its share that this drive does not carry after all.
 */
export async function listWhatIsLeft(
  { store, order, remark }: Pick<ExportContext, 'store' | 'order'> & { remark(sentence: string): void },
  plan: DrivePlan,
  isGiven: ((ordinal: number) => boolean) | undefined,
): Promise<WhatIsLeft> {
  const claims =
    isGiven === undefined ? await plan.plan.claims(plan.head) : await giveBack(plan, order.driveId, isGiven)
  const taken = takenBy(claims.ok ? claims.value : [plan.claim], plan.head.blobs)
  const left = sumOf(plan.columns, taken, 0)
  const listed = claims.ok ? await writeIncompleteList(store, order, plan, taken) : claims
  if (listed.ok) return { incompleteBlobList: listed.value, left }
  remark(`The list of blobs that did not fit could not be written. ${listed.failure.sentence}`)
  return { incompleteBlobList: null, left }
}
