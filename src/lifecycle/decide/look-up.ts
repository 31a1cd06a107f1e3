import { isOnSite } from '../earned.ts'
import type { CustodyRecord, Verdict } from '../records.ts'
import type { Say } from '../sentences.ts'
import type { CustodyState } from '../states.ts'
import type { ScanContext } from './context.ts'

/** A serial with no active work: says where the drive is and changes nothing. */
export function lookUpDrive(context: ScanContext): Verdict | undefined {
  const { hood } = context.draft
  for (const serial of context.reading.serialKeys) {
    const custody = hood.get('custody', serial)
    const drives = hood.find('drive', 'serial', serial).filter((d) => d.withdrawn !== true)
    if (custody === undefined && drives.length === 0) continue
    const drive = drives.find((d) => d.job === custody?.job) ?? drives.at(-1)
    const job = drive === undefined ? undefined : hood.get('job', drive.job)
    const here = custody !== undefined && isOnSite(custody)
    const say = FOUND[custody?.state ?? 'away']
    return {
      verdict: 'look-up',
      say,
      next: here && custody.state === 'tray' ? 'bay-or-box-first' : 'scan-a-box',
      facts: {
        job: job?.name ?? '',
        state: drive?.state ?? '',
        place: custody === undefined ? '' : placeOf(custody),
      },
      drive: serial,
      ...(job === undefined ? {} : { job: job.name }),
      ...(custody?.tray === undefined || !here ? {} : { tray: custody.tray }),
    }
  }
  return undefined
}

const FOUND: Readonly<Record<CustodyState, Say>> = {
  tray: 'found-tray',
  bay: 'found-bay',
  held: 'found-held',
  extra: 'found-extra',
  packed: 'found-packed',
  away: 'found-not-here',
  gone: 'found-not-here',
  lost: 'found-not-here',
  destroyed: 'found-not-here',
}

function placeOf(custody: CustodyRecord): string {
  return (custody.state === 'bay' ? custody.bay : custody.tray) ?? ''
}
