import { isOfItsJob, isOnSite } from '../../src/lifecycle/earned.ts'
import { type EventBodies, type EventKind, event, type LifeEvent } from '../../src/lifecycle/events.ts'
import type { CustodyRecord } from '../../src/lifecycle/records.ts'
import type { Dock } from './dock.ts'

/** More rounds than any drive needs: its job, then the job it shared a box with, then its own box. */
const MOST_ROUNDS = 6

/**
 * What people at a dock can always do: finish what is open, answer what is asked, end what is copied, pack, label and hand
 * over. Answers the drives that are still on site; there should be none.
 */
export function clearTheDock(dock: Dock): readonly string[] {
  for (let round = 0; round < MOST_ROUNDS && here(dock).length > 0; round++) {
    putDown(dock)
    finishArrivals(dock)
    answerCases(dock)
    shelve(dock)
    endWaits(dock)
    endWork(dock)
    packAll(dock)
    sendAll(dock, round)
  }
  return here(dock).map(({ serial }) => serial)
}

const here = (dock: Dock): CustodyRecord[] => dock.store.hood().all('custody').filter(isOnSite)

/** Somebody tries; the rules may say that it is not needed. */
function attempt<K extends EventKind>(dock: Dock, kind: K, body: EventBodies[K]): void {
  dock.record(event(kind, body) as LifeEvent, 'service')
}

function putDown(dock: Dock): void {
  for (const station of ['dock-1', 'dock-2']) for (let i = 0; i < 2; i++) dock.scan('TD-NEXT', station)
}

function finishArrivals(dock: Dock): void {
  for (const { id, tracking } of dock.store.hood().find('arrival', 'state', 'open')) {
    if (dock.scan(tracking).verdict.say === 'open-elsewhere') dock.scan(tracking)
    // Nothing came out of it and nobody announced it: it was never there.
    if (dock.scan('TD-FINISH').verdict.say === 'finish-empty-blind')
      attempt(dock, 'arrival-opening-undone', { arrival: id })
    dock.scan('TD-NEXT')
  }
}

function answerCases(dock: Dock): void {
  const hood = dock.store.hood()
  for (const { serial, job } of hood.all('drive').filter(({ fault }) => fault !== undefined))
    attempt(dock, 'drive-fault-cleared', { job, serial })
  for (const { id } of hood.all('job').filter(({ fault }) => fault !== undefined))
    attempt(dock, 'job-fault-cleared', { job: id })
  for (const { id } of dock.cases()) {
    attempt(dock, 'case-answered', { case: id })
    attempt(dock, 'case-resolved', { case: id })
  }
}

function shelve(dock: Dock): void {
  const hood = dock.store.hood()
  for (const custody of here(dock))
    if (custody.state === 'held' && isOfItsJob(hood, custody))
      attempt(dock, 'drive-shelved', { serial: custody.serial, tray: custody.tray ?? custody.job ?? '' })
}

/** Time passes: what was never announced is deleted, what never came is given up. */
function endWaits(dock: Dock): void {
  for (const job of dock.store.hood().all('job')) {
    dock.releaseHolds(job.id)
    if (job.state === 'Creating') attempt(dock, 'job-deleted', { job: job.id, by: 'timer' })
    if (job.state !== 'Shipping') continue
    for (const drive of dock.store.hood().find('drive', 'job', job.id))
      if (drive.state === 'Specified' && drive.withdrawn !== true)
        attempt(dock, 'drive-missed', { job: job.id, serial: drive.serial, by: 'timer' })
    attempt(dock, 'job-went-unanswered', { job: job.id })
  }
}

function endWork(dock: Dock): void {
  const hood = dock.store.hood()
  for (const copy of hood.all('copy'))
    if (copy.endedAt === undefined) dock.endCopy(copy.id, 'CompletedMoreInfo', true)
  for (const drive of dock.store.hood().all('drive'))
    if (drive.state === 'Received' && !drive.apart)
      attempt(dock, 'drive-declined', { job: drive.job, serial: drive.serial, reason: 'UnsupportedDrive' })
}

function packAll(dock: Dock): void {
  for (const { serial } of here(dock)) {
    dock.scans('TD-PACK', serial, 'TD-PRINT', 'TD-NEXT')
  }
}

function sendAll(dock: Dock, round: number): void {
  for (const { number } of dock.store.hood().all('return')) {
    dock.scan(number)
    dock.scans(`OUT${round}${number.slice(4)}`, 'TD-NEXT')
  }
}
