import { isOnSite } from '../earned.ts'
import { driveKey, type Verdict } from '../records.ts'
import { type ScanContext, setWork } from './context.ts'
import { refused } from './pack-drive.ts'

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
  const custody = reading.serialKeys.map((key) => draft.hood.get('custody', key)).find((c) => c !== undefined)
  if (custody === undefined || !isOnSite(custody))
    return refused('bay-not-received', 'receive-it-first', { text: reading.text })
  const { serial } = custody
  const drive = custody.job === undefined ? undefined : draft.hood.get('drive', driveKey(custody.job, serial))
  if (custody.state === 'bay' && custody.bay === bay)
    return { verdict: 'look-up', say: 'in-bay-already', next: 'plug-it-in', facts: { bay }, drive: serial }
  if (drive?.apart === true) return refused('bay-goes-home', 'put-it-back', {}, serial)
  if (drive?.state === 'Completed') return refused('bay-done-already', 'put-it-back', {}, serial)
  // The drive that was here has been taken out: a bay holds one.
  for (const old of draft.hood.find('custody', 'bay', bay)) {
    const oldDrive =
      old.job === undefined ? undefined : draft.hood.get('drive', driveKey(old.job, old.serial))
    if (oldDrive?.state === 'Transferring')
      return refused('bay-busy', 'choose-another-bay', { bay, serial: old.serial }, serial)
    draft.add('drive-shelved', { serial: old.serial, tray: old.tray ?? '' })
  }
  const because = draft.tryAdd({ kind: 'drive-placed', body: { serial, bay } })
  if (because !== undefined) return refused('bay-not-for-it', 'put-it-back', { bay }, serial)
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
