/**
 * Imports one opened drive into a storage, from its manifest to its logs.
 *
 * The same order with the same copy id goes on where that copy stopped: after a crash, after cancelling, and, for files that
 * failed, after it ended. A copy that ended with nothing undone answers its result again and touches nothing.
 */
import type { CopyProgress, CopyResult, ImportOrder } from '../../contract/copy-messages.ts'
import { fail, type Outcome } from '../../lifecycle/outcome.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { normalHash } from '../manifest/read-manifest.ts'
import { drivePath } from '../source/drive-path.ts'
import { Slabs } from '../source/slabs.ts'
import { SlowSource } from '../source/slow-source.ts'
import type { SourceReader } from '../source/source.ts'
import { SourcePool } from '../source/source-pool.ts'
import { CopyControl } from './copy-control.ts'
import { DriveAccess, type DriveEvents } from './drive-access.ts'
import { ImportRun } from './import-run.ts'
import { type LoadedNotes, loadNotes, notesKey } from './notes.ts'
import { patientStore } from './patient-store.ts'
import { refusedResult, reportRefused } from './refused-drive.ts'
import { steady } from './steady.ts'

export interface ImportListeners extends DriveEvents {
  /** `resumed`: work of an earlier run was found. */
  readonly onStarted: (resumed: boolean) => void
  readonly onProgress: (progress: CopyProgress) => void
}

export interface ImportDeps {
  readonly store: BlobStore
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  /** To pause, resume and cancel it, and to bring a lost drive back. */
  readonly control?: CopyControl
  readonly listeners?: Partial<ImportListeners>
  /** Threads of this process, unless a test brings a drive that fails. */
  readonly openSource?: (slabs: Slabs, root: string) => SourceReader
}

/** Nothing was decided about the drive. */
export type ImportNotStarted = 'storage-unreachable' | 'copy-id-in-use'

/** Pieces of 4 MB under way between drive and storage. */
const SLABS = 12

export async function importDrive(
  order: ImportOrder,
  deps: ImportDeps,
): Promise<Outcome<CopyResult, ImportNotStarted>> {
  const control = deps.control ?? new CopyControl()
  const store = patientStore(deps.store, (question) =>
    steady(deps.timers, question, () => control.isCancelled),
  )
  const usable = await store.check()
  if (!usable.ok) {
    const { code, sentence, detail } = usable.failure
    if (code === 'BlobRequestForbidden')
      return { ok: true, value: refusedResult(order, 'BlobRequestForbidden', sentence) }
    return fail('storage-unreachable', sentence, detail)
  }
  const notes = await loadNotes(store, notesKey(order.copyId))
  if (!notes.ok) return fail('storage-unreachable', notes.failure.sentence, notes.failure.detail)
  const earlier = notes.value
  const hash = earlier?.end?.manifestHash ?? earlier?.start?.manifestHash
  if (hash !== undefined && hash !== normalHash(order.manifestHash))
    return fail('copy-id-in-use', 'This copy id belongs to the copy of another drive: choose a new one.')
  if (earlier?.end !== undefined && earlier.end.undone.length === 0)
    return { ok: true, value: earlier.end.result }
  return openDrive(order, { ...deps, control }, earlier)
}

async function openDrive(
  order: ImportOrder,
  deps: ImportDeps & { readonly control: CopyControl },
  earlier: LoadedNotes | undefined,
): Promise<Outcome<CopyResult, ImportNotStarted>> {
  // As published, with a backslash first; orders that leave it out name the same file.
  const path = drivePath(order.manifestPath.replace(/^(?!\\)/, '\\'))
  if (!path.ok) {
    const isLong = path.failure.code === 'FileNameTooLong'
    const status = isLong ? 'ManifestNameTooLong' : 'ManifestNameInvalid'
    return { ok: true, value: await reportRefused(order, deps, status, path.failure.sentence) }
  }
  const slabs = new Slabs(SLABS)
  const source = deps.openSource?.(slabs, order.root) ?? new SourcePool(slabs, order.root)
  const reader =
    order.readBytesPerS === undefined ? source : new SlowSource(source, order.readBytesPerS, deps)
  const { control } = deps
  const { onLost = () => undefined, onFound = () => undefined } = deps.listeners ?? {}
  try {
    const manifest = { path: path.value, hash: order.manifestHash }
    const drive = await DriveAccess.open({ reader, slabs, control, events: { onLost, onFound }, manifest })
    if (drive === undefined) {
      const sentence = 'There is no drive at this place: plug it in again.'
      return { ok: true, value: await reportRefused(order, deps, 'DiskNotFound', sentence) }
    }
    return await new ImportRun(order, deps, { drive, slabs, control, earlier }).run()
  } finally {
    await reader.close()
  }
}
