import { isOnSite } from '../earned.ts'
import type { Hood } from '../hood.ts'
import type { CustodyRecord, DriveRecord, Verdict } from '../records.ts'
import type { Say } from '../sentences.ts'
import type { CustodyState } from '../states.ts'
import type { ScanContext } from './context.ts'
import { EXTRA_SHELF, HOLD_SHELF } from './trays.ts'

/** A serial with no active work: says where the drive is and changes nothing. */
export function lookUpDrive(context: ScanContext): Verdict | undefined {
  const { hood } = context.draft
  for (const serial of context.reading.serialKeys) {
    const custody = hood.get('custody', serial)
    const drive = listing(hood, serial, custody)
    if (drive === undefined && (custody === undefined || custody.state === 'away')) continue
    const job = drive === undefined ? undefined : hood.get('job', drive.job)
    const state = custody?.state ?? 'away'
    const tray = custody === undefined ? undefined : SHELF[state](custody)
    return {
      verdict: 'look-up',
      say: job === undefined ? FOUND_WITHOUT_JOB[state] : FOUND[state],
      next: state === 'tray' ? 'bay-or-box-first' : 'scan-a-box',
      facts: {
        job: job?.name ?? '',
        state: drive?.state ?? '',
        number: state === 'packed' ? numberOfBox(hood, custody) : '',
        place: (state === 'bay' ? custody?.bay : tray) ?? '',
      },
      drive: serial,
      ...(job === undefined ? {} : { job: job.name }),
      ...(tray === undefined ? {} : { tray }),
    }
  }
  return undefined
}

function numberOfBox(hood: Hood, custody: CustodyRecord | undefined): string {
  return hood.get('return', custody?.return ?? '')?.number ?? ''
}

/** The listing that tells most: of a drive on site that of the job which has it, else that of its newest job. */
function listing(hood: Hood, serial: string, custody: CustodyRecord | undefined): DriveRecord | undefined {
  const since = (drive: DriveRecord) => hood.get('job', drive.job)?.createdAt ?? 0
  const drives = hood
    .find('drive', 'serial', serial)
    .filter((drive) => drive.withdrawn !== true)
    .sort((a, b) => since(b) - since(a))
  const own = drives.find((drive) => drive.job === custody?.job)
  return own ?? (custody !== undefined && isOnSite(custody) ? undefined : drives[0])
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

/** No job has it, or none that is told to this dock. */
const FOUND_WITHOUT_JOB: Readonly<Record<CustodyState, Say>> = {
  ...FOUND,
  tray: 'found-held',
  bay: 'found-bay-undecided',
  away: 'found-left',
  gone: 'found-left',
  lost: 'found-left',
  destroyed: 'found-left',
}

/** Where a drive lies down when it is not in a bay or a box. */
const SHELF: Readonly<Record<CustodyState, (custody: CustodyRecord) => string | undefined>> = {
  tray: ({ tray }) => tray,
  bay: ({ tray }) => tray,
  held: () => HOLD_SHELF,
  extra: () => EXTRA_SHELF,
  packed: () => undefined,
  away: () => undefined,
  gone: () => undefined,
  lost: () => undefined,
  destroyed: () => undefined,
}
