import { hasEnded, isOfItsJob, isOnSite } from '../earned.ts'
import type { EventKind, Stamp } from '../events.ts'
import type { Hood } from '../hood.ts'
import {
  type ArrivalRecord,
  type CustodyRecord,
  type DriveRecord,
  driveKey,
  type JobRecord,
} from '../records.ts'
import type { CustodyState } from '../states.ts'
import { ARRIVAL_TABLE } from '../tables/arrival.ts'
import { CUSTODY_TABLE, type CustodyEvent } from '../tables/custody.ts'
import { DRIVE_TABLE } from '../tables/drive.ts'
import { advance, advanceCalmly, applied, type Folds, Halt, known, refuse, without } from './evolved.ts'
import { countedDrives, settle } from './settle.ts'

/** At most this many drives in a job (reference 7.1). */
export const MOST_DRIVES_PER_JOB = 10

/** Packages and the drives in them. */
export const RECEIVING_FOLDS = {
  'arrival-opened': (hood, body, stamp) => {
    if (hood.get('arrival', body.arrival) !== undefined)
      throw new Halt('no-op', 'This arrival is known already.')
    const { arrival: id, ...opened } = body
    const arrival: ArrivalRecord = {
      kind: 'arrival',
      id,
      ...opened,
      state: 'open',
      station: stamp.station,
      openedAt: stamp.at,
      short: false,
    }
    return applied(settleAll(hood.put(arrival), arrival.jobs, stamp.at))
  },

  'arrival-job-attached': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    if (arrival.jobs.includes(body.job)) throw new Halt('no-op', 'The arrival carries this job already.')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'job-attached')
    return applied(
      settle(hood.put({ ...arrival, state, jobs: [...arrival.jobs, body.job] }), body.job, stamp.at),
    )
  },

  'arrival-taken-over': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'taken-over')
    return applied(hood.put({ ...arrival, state, station: stamp.station }))
  },

  'arrival-closed': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'closed')
    const closed = { ...arrival, state, short: body.short, closedAt: stamp.at }
    return applied(settleAll(hood.put(closed), arrival.jobs, stamp.at))
  },

  'arrival-held': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'held')
    return applied(settleAll(hood.put({ ...arrival, state, closedAt: stamp.at }), arrival.jobs, stamp.at))
  },

  'arrival-reopened': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'reopened')
    const jobs = arrival.jobs.flatMap((id) => hood.get('job', id) ?? [])
    for (const job of jobs) mustNotHaveBegun(hood, job)
    const reopened = { ...without(arrival, 'closedAt'), state, short: false }
    const back = jobs.filter((job) => job.leftShipping).map((job) => ({ ...job, leftShipping: false }))
    return applied(settleAll(hood.put(reopened, ...back), arrival.jobs, stamp.at))
  },

  'arrival-opening-undone': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    if (hood.find('custody', 'arrival', arrival.id).length > 0) refuse('Drives of this package are on site.')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'opening-undone')
    return applied(settleAll(hood.put({ ...arrival, state }), arrival.jobs, stamp.at))
  },

  'arrival-forwarded': (hood, body, stamp) => {
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const state = advance(ARRIVAL_TABLE, arrival.state, 'forwarded')
    // What was held out of this package travels on with it; what a job here has received stays.
    const travelling = hood
      .find('custody', 'arrival', arrival.id)
      .filter((custody) => custody.state === 'held' && !isOfItsJob(hood, custody))
    const left = travelling.reduce((h, { serial }) => place(h, serial, 'taken-back', stamp, {}), hood)
    return applied(settleAll(left.put({ ...arrival, state, closedAt: stamp.at }), arrival.jobs, stamp.at))
  },

  'drive-received': (hood, body, stamp) => {
    const job = known(hood.get('job', body.job), 'job')
    if (job.state === 'Deleted') refuse('The job was deleted meanwhile.')
    if (job.state === 'Creating') refuse('The job has not been announced yet.')
    const listed = hood.get('drive', driveKey(job.id, body.serial))
    const drive =
      listed === undefined || listed.withdrawn === true
        ? joining(hood, job, body.serial, body.driveId)
        : listed
    const state = advance(DRIVE_TABLE, drive.state, 'received')
    const custody = hood.get('custody', body.serial)
    if (custody !== undefined && isOnSite(custody) && custody.job !== job.id && isOfItsJob(hood, custody))
      refuse('The drive was received for another job.')
    // Whatever state the package is in by now: the drive is here, and Received beats everything.
    const arrival = known(hood.get('arrival', body.arrival), 'arrival')
    const received: DriveRecord = {
      ...drive,
      state,
      cameFrom: drive.state,
      arrival: arrival.id,
      receivedAt: stamp.at,
      // The station may not have heard yet that the job has ended.
      apart: body.apart || hasEnded(job),
    }
    // A drive whose manifest was read to find its job stays in its bay.
    const where = custody?.state === 'bay' ? 'placed-in-bay' : 'put-in-tray'
    const next = place(hood.put(received), body.serial, where, stamp, {
      job: job.id,
      arrival: arrival.id,
      tray: body.tray,
    })
    return applied(settle(next, job.id, stamp.at))
  },

  'drive-missed': (hood, body, stamp) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    const state = advance(DRIVE_TABLE, drive.state, 'missed')
    return applied(settle(hood.put({ ...drive, state, missedBy: body.by }), body.job, stamp.at))
  },

  'drive-held': (hood, body, stamp) => {
    const held = place(hood, body.serial, 'held', stamp, {
      ...(body.job === undefined ? {} : { job: body.job }),
      ...(body.arrival === undefined ? {} : { arrival: body.arrival }),
    })
    const custody = known(held.get('custody', body.serial), 'drive')
    return applied(held.put({ ...custody, heldBecause: body.because }))
  },

  'drive-forwarded': (hood, body, stamp) => {
    const custody = known(hood.get('custody', body.serial), 'drive')
    if (custody.state !== 'held') refuse('Only a drive on the hold shelf is sent on.')
    if (isOfItsJob(hood, custody)) refuse('A job of this site has received the drive.')
    return applied(place(hood, body.serial, 'taken-back', stamp, {}))
  },

  'drive-set-aside': (hood, body, stamp) =>
    applied(place(hood, body.serial, 'set-aside', stamp, { arrival: body.arrival })),

  'receipt-undone': (hood, body, stamp) => {
    const job = known(hood.get('job', body.job), 'job')
    const drive = known(hood.get('drive', driveKey(job.id, body.serial)), 'drive')
    if (!drive.apart) mustNotHaveBegun(hood, job)
    const joined = job.type === 'Export'
    const state = advance(DRIVE_TABLE, drive.state, 'receipt-undone', drive.cameFrom ?? 'Specified')
    const undone: DriveRecord = {
      ...without(drive, 'cameFrom', 'arrival', 'receivedAt', 'fault', 'identity'),
      state,
      apart: false,
      ...(joined ? { withdrawn: true } : {}),
    }
    const back = hood.put(undone, { ...job, leftShipping: job.leftShipping && drive.apart })
    const next = place(detached(back, job.id, drive.arrival), body.serial, 'taken-back', stamp, {})
    return applied(settle(next, job.id, stamp.at))
  },

  'miss-undone': (hood, body, stamp) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    const state = advance(DRIVE_TABLE, drive.state, 'miss-undone')
    return applied(settle(hood.put({ ...without(drive, 'missedBy'), state }), body.job, stamp.at))
  },

  'placing-undone': (hood, body, stamp) => {
    const custody = known(hood.get('custody', body.serial), 'drive')
    const state = advance(CUSTODY_TABLE, custody.state, 'put-back', custody.cameFrom)
    const put: CustodyRecord = {
      ...without(custody, 'cameFrom', 'heldBecause'),
      ...(state === 'extra' ? { cameFrom: 'away' } : {}),
      state,
      since: stamp.at,
    }
    const left = state === 'away' || state === 'gone'
    return applied(hood.put(left ? without(put, 'arrival', 'job', 'tray') : put))
  },

  'drive-faulted': (hood, body, stamp) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    return applied(hood.put({ ...drive, fault: { reason: body.reason, since: stamp.at } }))
  },
  'drive-fault-cleared': (hood, body) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    if (drive.fault === undefined) throw new Halt('no-op', 'The drive is not faulted.')
    return applied(hood.put(without(drive, 'fault')))
  },

  'drive-declined': (hood, body, stamp) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    const state = advance(DRIVE_TABLE, drive.state, 'declined')
    const declined = { ...without(drive, 'fault'), state, endedWithError: true, copyStatus: body.reason }
    return applied(settle(hood.put(declined), body.job, stamp.at))
  },
  'drive-not-needed': (hood, body, stamp) => {
    const drive = known(hood.get('drive', driveKey(body.job, body.serial)), 'drive')
    const state = advance(DRIVE_TABLE, drive.state, 'not-needed')
    return applied(
      settle(hood.put({ ...drive, state, percent: 100, copyStatus: 'NotNeeded' }), body.job, stamp.at),
    )
  },
} satisfies Partial<Folds<EventKind>>

/** Moves a physical drive; `facts` are what is newly known about its place. */
export function place(
  hood: Hood,
  serial: string,
  event: CustodyEvent,
  stamp: Stamp,
  facts: Partial<Pick<CustodyRecord, 'job' | 'arrival' | 'tray' | 'bay' | 'scanned' | 'return'>>,
): Hood {
  const old: CustodyRecord = hood.get('custody', serial) ?? {
    kind: 'custody',
    id: serial,
    serial,
    state: 'away',
    since: stamp.at,
  }
  const state = advanceCalmly(CUSTODY_TABLE, old.state, event, old.cameFrom)
  if (state === 'away') return hood.put({ kind: 'custody', id: serial, serial, state, since: stamp.at })
  // A drive that left and came back starts a new stay.
  const began = old.state === 'away' || old.state === 'gone'
  // A bay is scanned anew each time, or not at all.
  const stays = facts.bay === undefined ? without(old, 'cameFrom') : without(old, 'cameFrom', 'scanned')
  const kept = began ? { kind: old.kind, id: old.id, serial: old.serial } : stays
  const cameFrom = cameFromOf(old, state)
  const placed: CustodyRecord = {
    ...kept,
    ...facts,
    ...(cameFrom === undefined ? {} : { cameFrom }),
    state,
    since: stamp.at,
  }
  const { bay: _bay, scanned: _scanned, ...outside } = placed
  const inPlace = state === 'bay' ? placed : outside
  // A reason to hold goes along into a bay and a box: out again, the drive is back on the shelf.
  const waits = state === 'held' || state === 'bay' || state === 'packed'
  return hood.put(waits ? inPlace : without(inPlace, 'heldBecause'))
}

/**
 * Where an undo of a move goes back to. Two moves back this is known only of extras, which always came in from outside;
 * `undefined` stops an undo. A bay is only passed through: who leaves it came from the tray or shelf before.
 */
function cameFromOf(old: CustodyRecord, state: CustodyState): CustodyState | undefined {
  if (state === 'extra') return old.state === 'gone' ? 'gone' : 'away'
  if (old.state === state || state === 'bay') return old.cameFrom
  if (old.state === 'packed') return undefined
  if (old.state !== 'bay') return old.state
  if (old.heldBecause === undefined) return 'tray'
  return state === 'held' ? old.cameFrom : 'held'
}

/** A package that nobody announced carries the jobs whose drives came in it: no drive left, no job left. */
function detached(hood: Hood, job: string, arrivalId: string | undefined): Hood {
  const arrival = arrivalId === undefined ? undefined : hood.get('arrival', arrivalId)
  if (arrival?.blind !== true) return hood
  if (hood.find('drive', 'job', job).some((drive) => drive.arrival === arrival.id)) return hood
  return hood.put({ ...arrival, jobs: arrival.jobs.filter((id) => id !== job) })
}

function settleAll(hood: Hood, jobs: readonly string[], at: number): Hood {
  return jobs.reduce((h, job) => settle(h, job, at), hood)
}

/** Rule 3: an undo reaches back until a drive of the job is being copied or its label is printed. */
function mustNotHaveBegun(hood: Hood, job: JobRecord): void {
  const begun = countedDrives(hood, job.id).some(
    (d) =>
      d.state === 'Transferring' ||
      d.state === 'Completed' ||
      d.state === 'CompletedMoreInfo' ||
      d.state === 'ShippedBack',
  )
  if (begun) refuse('Copying has begun.')
  const labelled = hood.find('return', 'job', job.id).some((box) => box.prints > 0 && box.state !== 'void')
  if (labelled) refuse('The label of its return is printed.')
}

/** A drive that an export job did not list: it joins on arrival. */
function joining(hood: Hood, job: JobRecord, serial: string, driveId: string): DriveRecord {
  if (job.type !== 'Export') refuse('The job does not list this drive.')
  if (countedDrives(hood, job.id).length >= MOST_DRIVES_PER_JOB)
    refuse(`The job has ${MOST_DRIVES_PER_JOB} drives already.`)
  return {
    kind: 'drive',
    id: driveKey(job.id, serial),
    job: job.id,
    serial,
    driveId,
    state: 'Specified',
    apart: false,
    percent: 0,
    bytesSucceeded: 0,
    endedWithError: false,
  }
}
