import type { Sentence, TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type {
  CustodyRecord,
  DriveRecord,
  JobRecord,
  ReturnRecord,
  SettledWork,
} from '../../lifecycle/records.ts'
import type { Parcels } from './parcels.ts'
import { BAYS } from './practice-folder.ts'

export type Lesson = NonNullable<TopicState<'practice'>['lesson']>

export interface LessonParts {
  readonly ledger: Pick<Ledger, 'get' | 'find' | 'station'>
  readonly parcels: Parcels
  /** The bay a drive is plugged into. */
  readonly bayOf: (serial: string) => string | undefined
}

interface OwnDrive {
  readonly drive: DriveRecord
  readonly custody: CustodyRecord | undefined
  readonly plugged: string | undefined
}

/**
 * The next step of the first package, from what stands in the ledger and in the bays. Whatever else a person does, the
 * step that is next then is shown; nothing is ever in their way.
 */
export function lessonOf({ ledger, parcels, bayOf }: LessonParts): Lesson | undefined {
  const [parcel] = parcels
  const [taught] = parcel?.jobs ?? []
  if (parcel === undefined || taught === undefined) return undefined
  const found = taught.drives.flatMap(({ serial }) => ledger.find('drive', 'serial', serial)[0] ?? [])
  const [first] = found
  const job = first === undefined ? undefined : ledger.get('job', first.job)
  if (job === undefined) return step('wait-for-orders')
  const drives = found.map(
    (drive): OwnDrive => ({
      drive,
      custody: ledger.get('custody', drive.serial),
      plugged: bayOf(drive.serial),
    }),
  )
  const work = workOf(ledger)
  return (
    goingHome(ledger, job, work, taught.homeTracking) ??
    receiving(ledger, job, drives, work, parcel.tracking) ??
    heldUp(drives) ??
    copying(ledger, drives, work, bayOf, parcels) ??
    takingOut(drives) ??
    packing(drives, work)
  )
}

function workOf(ledger: LessonParts['ledger']): SettledWork {
  const work = ledger.get('work', ledger.station)?.work ?? { doing: 'nothing' }
  return work.doing === 'asking' ? work.before : work
}

function step(name: string, facts: Sentence['facts'] = {}, does: Omit<Lesson, 'step'> = {}): Lesson {
  return { step: { name, facts }, ...does }
}

function receiving(
  ledger: LessonParts['ledger'],
  job: JobRecord,
  drives: readonly OwnDrive[],
  work: SettledWork,
  tracking: string,
): Lesson | undefined {
  const missing = drives.find(({ drive }) => drive.state === 'Specified' || drive.state === 'NeverReceived')
  if (missing === undefined) return undefined
  const arrival = work.doing === 'arrival' ? ledger.get('arrival', work.arrival) : undefined
  if (arrival?.jobs.includes(job.id) !== true) return step('scan-box', {}, { scan: tracking })
  const { serial } = missing.drive
  return step('scan-drive', { drive: serial }, { scan: serial })
}

function heldUp(drives: readonly OwnDrive[]): Lesson | undefined {
  const held = drives.find(({ drive, custody }) => custody?.state === 'held' || drive.fault !== undefined)
  return held && step('see-the-case', { drive: held.drive.serial })
}

const isCopied = ({ drive }: OwnDrive) => drive.state === 'Completed' || drive.state === 'CompletedMoreInfo'

function copying(
  ledger: LessonParts['ledger'],
  drives: readonly OwnDrive[],
  work: SettledWork,
  bayOf: LessonParts['bayOf'],
  parcels: Parcels,
): Lesson | undefined {
  const left = drives.filter((one) => !isCopied(one))
  if (left.length === 0) return undefined
  for (const { drive, custody, plugged } of left) {
    const { serial } = drive
    const bay = custody?.state === 'bay' ? custody.bay : undefined
    if (bay === undefined) {
      if (work.doing === 'bay') return step('scan-drive-for-bay', { drive: serial }, { scan: serial })
      const free = freeBay(ledger, parcels, bayOf)
      if (free === undefined) return step('free-a-bay')
      return step('scan-bay', { bay: free, drive: serial }, { scan: `TD-BAY-${free}` })
    }
    if (plugged !== bay) return step('plug-drive', { drive: serial, bay }, { plug: { drive: serial, bay } })
  }
  return step('wait-for-copy')
}

/** Neither plugged into nor scanned for. */
function freeBay(
  ledger: LessonParts['ledger'],
  parcels: Parcels,
  bayOf: LessonParts['bayOf'],
): string | undefined {
  const all = parcels.flatMap(({ jobs }) => jobs.flatMap(({ drives }) => drives.map(({ serial }) => serial)))
  const plugged = new Set(all.map(bayOf))
  return BAYS.find((bay) => !plugged.has(bay) && ledger.find('custody', 'bay', bay).length === 0)
}

function takingOut(drives: readonly OwnDrive[]): Lesson | undefined {
  const inside = drives.find(({ plugged }) => plugged !== undefined)
  if (inside?.plugged === undefined) return undefined
  const bay = inside.plugged
  return step('take-out', { drive: inside.drive.serial, bay }, { unplug: { bay } })
}

function packing(drives: readonly OwnDrive[], work: SettledWork): Lesson | undefined {
  const unpacked = drives.find(({ custody }) => custody?.state !== 'packed')
  if (unpacked === undefined) return undefined
  const { serial } = unpacked.drive
  return work.doing === 'packing' || work.doing === 'return'
    ? step('pack-drive', { drive: serial }, { scan: serial })
    : step('scan-pack', {}, { scan: 'TD-PACK' })
}

/** From the printed label on; before it, packing goes on. */
function goingHome(
  ledger: LessonParts['ledger'],
  job: JobRecord,
  work: SettledWork,
  homeTracking: string,
): Lesson | undefined {
  const box = ledger.find('return', 'job', job.id).find((one) => one.state !== 'void')
  if (box?.state === 'shipped') return step('package-done')
  if (box?.state === 'labelled') return step('scan-label', { number: box.number }, { scan: box.number })
  if (box?.state !== 'closed') return undefined
  return isAtHand(work, box)
    ? step('scan-carrier', {}, { scan: homeTracking })
    : step('scan-label-again', { number: box.number }, { scan: box.number })
}

const isAtHand = (work: SettledWork, box: ReturnRecord) => work.doing === 'return' && work.return === box.id
