import { hasEnded, isOfItsJob, isOnSite } from '../earned.ts'
import type { EventKind } from '../events.ts'
import type { Hood } from '../hood.ts'
import { type CopyRecord, type DriveRecord, driveKey, type ReturnRecord } from '../records.ts'
import { COPY_TABLE } from '../tables/copy.ts'
import { CUSTODY_TABLE } from '../tables/custody.ts'
import { DRIVE_TABLE } from '../tables/drive.ts'
import { RETURN_TABLE } from '../tables/return.ts'
import { advance, applied, type Folds, known, refuse, without } from './evolved.ts'
import { place } from './receiving.ts'
import { settle } from './settle.ts'

/** Bays, identity and copying. */
export const COPYING_FOLDS = {
  'drive-placed': (hood, body, stamp) => {
    const taken = hood.find('custody', 'bay', body.bay).find((c) => c.serial !== body.serial)
    if (taken !== undefined) refuse(`Bay ${body.bay} holds ${taken.serial}.`)
    const scanned = body.scanned === true ? { scanned: true as const } : {}
    return applied(place(hood, body.serial, 'placed-in-bay', stamp, { bay: body.bay, ...scanned }))
  },
  'drive-shelved': (hood, body, stamp) => {
    const custody = known(hood.get('custody', body.serial), 'drive')
    if (!isOnSite(custody)) refuse('The drive is not on site.')
    if (!isOfItsJob(hood, custody)) refuse('No job has received this drive, so no tray waits for it.')
    const drive =
      custody.job === undefined ? undefined : hood.get('drive', driveKey(custody.job, body.serial))
    if (drive?.state === 'Transferring') refuse('The drive is being copied.')
    return applied(place(hood, body.serial, 'put-in-tray', stamp, { tray: body.tray }))
  },

  // What a bay saw changes no view: who is in it is decided by the scan.
  'drive-plugged': (hood) => applied(hood),
  'drive-examined': (hood) => applied(hood),
  'drive-unplugged': (hood) => applied(hood),
  'key-used': (hood) => applied(hood),

  'identity-judged': (hood, body) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    return applied(hood.put({ ...drive, identity: body.verdict }))
  },

  'copy-began': (hood, body, stamp) => {
    const job = known(hood.get('job', body.job), 'job')
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    if (drive.apart) refuse('The drive goes home by itself and is not copied.')
    if (drive.fault !== undefined || job.fault !== undefined) refuse('The drive or its job is faulted.')
    if (!job.leftShipping) refuse('Copying waits until the arrival is closed.')
    if (hasEnded(job)) refuse('The job has ended.')
    const where = hood.get('custody', body.serial)?.state ?? 'away'
    if (where !== 'bay' && where !== 'tray') refuse(`The drive is not at hand but "${where}".`)
    const state = advance(
      DRIVE_TABLE,
      drive.state,
      drive.state === 'CompletedMoreInfo' ? 'retried' : 'copy-began',
    )
    const { copy: id, ...order } = body
    const copy: CopyRecord = {
      kind: 'copy',
      id,
      ...order,
      state: advance(COPY_TABLE, 'waiting', 'opened'),
      startedAt: stamp.at,
    }
    const copying: DriveRecord = { ...drive, state, copyStatus: 'InProgress', endedWithError: false }
    return applied(settle(hood.put(copy, copying), job.id, stamp.at))
  },

  'copy-moved': (hood, body) => {
    const copy = known(hood.get('copy', body.copy), 'copy')
    return applied(hood.put({ ...copy, state: advance(COPY_TABLE, copy.state, body.move) }))
  },

  'copy-ended': (hood, body, stamp) => {
    const copy = known(hood.get('copy', body.copy), 'copy')
    const drive = known(hood.get('drive', driveKey(copy.job, copy.serial)), 'drive')
    const clean = body.status === 'Completed'
    const ended: CopyRecord = {
      ...copy,
      state: advance(COPY_TABLE, copy.state, clean ? 'ended' : 'ended-more-info'),
      endedAt: stamp.at,
      driveStatus: body.driveStatus,
    }
    const done: DriveRecord = {
      ...without(drive, 'errorLog', 'verboseLog', 'manifestCopy'),
      state: advance(DRIVE_TABLE, drive.state, clean ? 'copied' : 'copied-more-info'),
      copyStatus: body.copyStatus,
      endedWithError: body.errors,
      percent: clean ? 100 : Math.max(drive.percent, percentOf(body.blobs)),
      bytesSucceeded: body.bytesSucceeded,
      ...(body.errorLog === undefined ? {} : { errorLog: body.errorLog }),
      ...(body.verboseLog === undefined ? {} : { verboseLog: body.verboseLog }),
      ...(body.manifestCopy === undefined ? {} : { manifestCopy: body.manifestCopy }),
      ...(body.manifestFile === undefined ? {} : { manifestFile: body.manifestFile }),
      ...(body.manifestHash === undefined ? {} : { manifestHash: body.manifestHash }),
    }
    const listed = withIncompleteList(hood, copy.job, body.incompleteBlobList)
    return applied(settle(listed.put(ended, done), copy.job, stamp.at))
  },

  'drive-released': (hood, body, stamp) => {
    const custody = known(hood.get('custody', body.serial), 'drive')
    const state = advance(CUSTODY_TABLE, custody.state, body.as)
    const box = custody.return === undefined ? undefined : hood.get('return', custody.return)
    const released = hood.put({
      ...without(custody, 'return', 'bay'),
      state,
      cameFrom: custody.state,
      since: stamp.at,
    })
    const emptied = box === undefined ? released : released.put(lightened(box, body.serial))
    return applied(custody.job === undefined ? emptied : settle(emptied, custody.job, stamp.at))
  },
  'drive-found': (hood, body, stamp) => {
    const custody = known(hood.get('custody', body.serial), 'drive')
    const state = advance(CUSTODY_TABLE, custody.state, 'found')
    const found = hood.put({
      ...custody,
      state,
      cameFrom: 'lost',
      heldBecause: 'found-again',
      since: stamp.at,
    })
    if (custody.job === undefined) return applied(found)
    const job = hood.get('job', custody.job)
    const drive = hood.get('drive', driveKey(custody.job, body.serial))
    const over = job === undefined || hasEnded(job)
    // Its job has ended without it: it goes home by itself.
    const alone = drive !== undefined && over && isOfItsJob(hood, custody)
    return applied(settle(alone ? found.put({ ...drive, apart: true }) : found, custody.job, stamp.at))
  },
} satisfies Partial<Folds<EventKind>>

/** Each drive that ends says anew what none has had room for. */
function withIncompleteList(hood: Hood, id: string, list: string | null | undefined): Hood {
  const job = hood.get('job', id)
  if (job === undefined || list === undefined) return hood
  const plain = without(job, 'incompleteBlobList')
  return hood.put(list === null ? plain : { ...plain, incompleteBlobList: list })
}

/** The box without a drive that will never leave in it; its label told of that drive and is void. */
function lightened(box: ReturnRecord, serial: string): ReturnRecord {
  const state = box.state === 'labelled' ? advance(RETURN_TABLE, box.state, 'label-voided') : box.state
  return { ...box, state, drives: box.drives.filter((other) => other !== serial) }
}

function percentOf(blobs: { total: number; completed: number }): number {
  return blobs.total === 0 ? 0 : Math.min(100, Math.floor((100 * blobs.completed) / blobs.total))
}
