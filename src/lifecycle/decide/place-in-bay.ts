import { isOfItsJob, waitsForItsCase } from '../earned.ts'
import { type CustodyRecord, type DriveRecord, driveKey, type Verdict } from '../records.ts'
import { onSiteDrive, type ScanContext, setWork } from './context.ts'
import { refused } from './pack-drive.ts'
import { putBack } from './receipt.ts'

/** A bay's code: the next serial is the drive that goes into it. */
export function chooseBay(context: ScanContext, bay: string): Verdict {
  setWork(context, { doing: 'bay', bay })
  const [inside] = context.draft.hood.find('custody', 'bay', bay)
  return {
    verdict: 'command',
    say: inside === undefined ? 'bay-chosen' : 'bay-chosen-taken',
    next: 'scan-drive-for-bay',
    facts: { bay, serial: inside?.serial ?? '' },
  }
}

/** The label scan that binds a drive to a bay: one of the four things that make an identity certain (rule 14). */
export function placeInBay(context: ScanContext, bay: string): Verdict {
  const { draft, reading } = context
  const custody = onSiteDrive(context)
  if (custody === undefined) return refused('bay-not-received', 'receive-it-first', { text: reading.text })
  const { serial } = custody
  const drive = driveOf(context, custody)
  // Plugged in without a scan it says itself where it is; to be written to it needs this one.
  const needsScan =
    custody.scanned !== true && drive !== undefined && draft.hood.get('job', drive.job)?.type === 'Export'
  if (custody.state === 'bay' && custody.bay === bay && !needsScan)
    return { verdict: 'look-up', say: 'in-bay-already', next: 'plug-it-in', facts: { bay }, drive: serial }
  if (drive?.apart === true) return refused('bay-goes-home', 'put-it-back', {}, serial)
  if (drive?.state === 'Completed') return refused('bay-done-already', 'put-it-back', {}, serial)
  // Other holds may be settled by reading the drive; what a person holds by hand waits for that person.
  const byHand = custody.heldBecause === 'operator' && waitsForItsCase(draft.hood, custody)
  if (byHand || custody.state === 'extra' || custody.state === 'packed')
    return refused('bay-not-for-it', 'put-it-back', { bay }, serial)
  const inside = draft.hood.find('custody', 'bay', bay).filter((old) => old.serial !== serial)
  const busy = [custody, ...inside].find(
    (c) => c.state === 'bay' && driveOf(context, c)?.state === 'Transferring',
  )
  if (busy !== undefined)
    return refused('bay-busy', 'choose-another-bay', { bay: busy.bay ?? bay, serial: busy.serial }, serial)

  draft.undoneBy('work-changed', { work: { doing: 'bay', bay } })
  // The drive that was here has been taken out: a bay holds one.
  for (const old of inside) {
    draft.addEvent(putBack({ ...old, state: isOfItsJob(draft.hood, old) ? 'tray' : 'held' }))
    draft.undoneBy('drive-placed', { serial: old.serial, bay })
  }
  draft.add('drive-placed', { serial, bay, scanned: true })
  draft.undo.unshift(putBack(custody))
  const job = drive === undefined ? undefined : draft.hood.get('job', drive.job)
  setWork(context, { doing: 'nothing' })
  return {
    verdict: 'command',
    say: 'placed-in-bay',
    next: 'plug-it-in',
    facts: { bay, job: job?.name ?? '' },
    drive: serial,
    ...(job === undefined ? {} : { job: job.name }),
  }
}

function driveOf({ draft }: ScanContext, { job, serial }: CustodyRecord): DriveRecord | undefined {
  return job === undefined ? undefined : draft.hood.get('drive', driveKey(job, serial))
}
