import { EXCHANGE_VERSION, type ProgressResponse, progressReport } from '../../contract/exchange.ts'
import { countedDrives } from '../../lifecycle/evolve/settle.ts'
import { Hood } from '../../lifecycle/hood.ts'
import { type DriveRecord, driveKey } from '../../lifecycle/records.ts'
import { type Answer, refuseShape } from '../refusal.ts'
import type { JobProgress } from '../store/documents.ts'
import type { WriteTransaction } from '../store/store.ts'
import type { World } from '../world.ts'

type Told = ProgressResponseDrive[]
interface ProgressResponseDrive {
  readonly serial: string
  readonly percent: number
  readonly bytes: number
}

/**
 * Keeps how far the copies of a station are, beside the journal. Every figure is a high-water mark: a report that was
 * overtaken on the way, or a copy that begins again, never takes one back.
 */
export async function takeProgress(
  world: World,
  json: unknown,
  mayTellAs: (station: string) => Promise<Answer<undefined>>,
): Promise<Answer<ProgressResponse>> {
  const parsed = progressReport.safeParse(json)
  if (!parsed.success) return refuseShape(parsed.error)
  const allowed = await mayTellAs(parsed.data.station)
  if (!allowed.ok) return allowed
  const byJob = new Map<string, Told>()
  for (const { job, ...drive } of parsed.data.drives) byJob.set(job, [...(byJob.get(job) ?? []), drive])
  let taken = 0
  for (const [job, told] of byJob) taken += await world.store.write((tx) => keep(tx, job, told))
  return { ok: true, value: { version: EXCHANGE_VERSION, taken } }
}

async function keep(tx: WriteTransaction, job: string, told: Told): Promise<number> {
  const document = await tx.document(job)
  if (document === undefined) return 0
  const found = await tx.answer([{ kind: 'drive', field: 'job', value: job }])
  const drives = new Hood(found)
  const marks = new Map((document.progress?.drives ?? []).map((mark) => [mark.serial, mark]))
  let taken = 0
  for (const { serial, percent, bytes } of told) {
    if (drives.get('drive', driveKey(job, serial))?.state !== 'Transferring') continue
    const before = marks.get(serial) ?? { percent: 0, bytes: 0 }
    if (percent <= before.percent && bytes <= before.bytes) continue
    marks.set(serial, {
      serial,
      percent: Math.max(percent, before.percent),
      bytes: Math.max(bytes, before.bytes),
    })
    taken++
  }
  if (taken === 0) return 0
  const progress = { percent: 0, drives: [...marks.values()] }
  const mean = meanOf(countedDrives(drives, job), progress)
  const percent = Math.max(mean, document.progress?.percent ?? 0)
  await tx.putDocument({ ...document, progress: { ...progress, percent } })
  return taken
}

/** Of the drives that came, like the rules' own figure. */
function meanOf(drives: readonly DriveRecord[], progress: JobProgress): number {
  const here = drives.filter(({ state }) => state !== 'Specified' && state !== 'NeverReceived')
  if (here.length === 0) return 0
  return Math.floor(here.reduce((sum, drive) => sum + percentOf(drive, progress), 0) / here.length)
}

/** What is known of a drive, from its journal and from its running copy. */
export function percentOf({ serial, percent }: DriveRecord, progress: JobProgress | undefined): number {
  const mark = progress?.drives.find((drive) => drive.serial === serial)
  return Math.max(percent, mark?.percent ?? 0)
}

/** While it is copied, what its station told; afterwards what the end of the copy proved, also when that is less. */
export function bytesOf(drive: DriveRecord, progress: JobProgress | undefined): number {
  if (drive.state !== 'Transferring') return drive.bytesSucceeded
  const mark = progress?.drives.find(({ serial }) => serial === drive.serial)
  return Math.max(drive.bytesSucceeded, mark?.bytes ?? 0)
}
