import { isOfItsJob, isOnSite, missingFromBox } from '../../src/lifecycle/earned.ts'
import { countedDrives } from '../../src/lifecycle/evolve/settle.ts'
import type { Hood } from '../../src/lifecycle/hood.ts'
import type {
  CustodyRecord,
  DriveRecord,
  JobRecord,
  RecordKind,
  RecordOf,
  ReturnRecord,
} from '../../src/lifecycle/records.ts'

/** What may never be true together, whatever order things happened in. Empty when all is well. */
export function breaches(hood: Hood): string[] {
  return [
    ...hood.all('drive').flatMap((drive) => ofDrive(hood, drive)),
    ...hood.all('custody').flatMap((custody) => ofCustody(hood, custody)),
    ...hood.all('return').flatMap((box) => ofReturn(hood, box)),
    ...hood.all('job').flatMap((job) => ofJob(hood, job)),
    ...hood.all('arrival').flatMap(({ id, state }) => {
      const inside = hood.find('custody', 'arrival', id).filter(isOnSite)
      return state === 'undone' && inside.length > 0 ? [`Arrival ${id} is undone, its drives are here.`] : []
    }),
  ]
}

function ofDrive(hood: Hood, drive: DriveRecord): string[] {
  const custody = hood.get('custody', drive.serial)
  const own = custody?.job === drive.job
  const came = drive.state !== 'Specified' && drive.state !== 'NeverReceived'
  const found: string[] = []
  if (drive.state === 'ShippedBack' && own && custody !== undefined && isOnSite(custody))
    found.push(`Drive ${drive.id} is ShippedBack and on site.`)
  if (came && drive.state !== 'ShippedBack' && (!own || custody.state === 'away' || custody.state === 'gone'))
    found.push(`Drive ${drive.id} is ${drive.state} and nobody has it.`)
  if (came && drive.withdrawn === true) found.push(`Drive ${drive.id} is withdrawn and ${drive.state}.`)
  if (drive.state === 'Transferring' && custody?.state === 'packed')
    found.push(`Drive ${drive.id} is being copied in a box.`)
  return found
}

function ofCustody(hood: Hood, custody: CustodyRecord): string[] {
  const found: string[] = []
  const say = (what: string) => found.push(`${custody.serial} in ${custody.state} ${what}.`)
  if (custody.state === 'tray' && !isOfItsJob(hood, custody)) say('belongs to no job')
  if (custody.state === 'tray' && (custody.tray ?? '') === '') say('has no tray')
  if (custody.state === 'held' && custody.heldBecause === undefined) say('has no reason')
  if (custody.state === 'bay') {
    if (custody.bay === undefined) say('has no bay')
    else if (hood.find('custody', 'bay', custody.bay).length > 1) say(`shares bay ${custody.bay}`)
  }
  if (custody.state === 'packed') {
    const box = hood.get('return', custody.return ?? '')
    if (box?.drives.includes(custody.serial) !== true) say('is in no box')
    else if (box.state === 'void' || box.state === 'shipped') say(`is in a box that is ${box.state}`)
  }
  return found
}

function ofReturn(hood: Hood, box: ReturnRecord): string[] {
  const found: string[] = []
  if (box.state === 'void' && box.drives.length > 0) found.push(`Box ${box.number} is void and not empty.`)
  for (const serial of box.drives) {
    const custody = hood.get('custody', serial)
    const inside = custody?.state === 'packed' && custody.return === box.id
    if (box.state !== 'shipped' && !inside)
      found.push(`Box ${box.number} lists ${serial}, which is elsewhere.`)
    if (box.state === 'shipped' && inside) found.push(`Box ${box.number} has left, ${serial} has not.`)
  }
  return found
}

function ofJob(hood: Hood, job: JobRecord): string[] {
  const found: string[] = []
  const say = (what: string) => found.push(`Job ${job.name} in ${job.state} ${what}.`)
  const ended = job.state === 'Completed' || job.state === 'Closed'
  const here = countedDrives(hood, job.id).filter((drive) => {
    const custody = hood.get('custody', drive.serial)
    return custody !== undefined && isOnSite(custody) && custody.job === job.id && isOfItsJob(hood, custody)
  })
  if (ended && here.length > 0) say(`still has ${here.map((drive) => drive.serial).join(', ')}`)
  if (ended && job.endedAt === undefined) say('does not know when it ended')
  const left = job.state === 'Received' || job.state === 'Transferring' || job.state === 'Packaging'
  if (left && !job.leftShipping) say('never left Shipping')
  if (job.state === 'Shipping' && job.leftShipping) say('has left Shipping')
  if (countedDrives(hood, job.id).length > 10) say('has more than ten drives')
  if (job.percent < 0 || job.percent > 100) say(`is at ${job.percent} %`)
  return found
}

/** What may never follow from what: `before` and `after` are the same store around one event. */
export function missteps(before: Hood, after: Hood, event: string): string[] {
  const found: string[] = []
  for (const { old, now } of pairs(before, after, 'job')) {
    if (now.percent < old.percent)
      found.push(`Job ${now.name} went back from ${old.percent} % to ${now.percent} %.`)
    const ended = old.state === 'Completed' || old.state === 'Closed'
    if (ended && now.state !== old.state && now.state !== 'Deleted')
      found.push(`Job ${now.name} had ended ${old.state} and became ${now.state}.`)
  }
  for (const { old, now } of pairs(before, after, 'drive')) {
    const came = old.state !== 'Specified' && old.state !== 'NeverReceived'
    if (came && now.state === 'NeverReceived' && event !== 'receipt-undone')
      found.push(`Drive ${now.id} was ${old.state} and became NeverReceived by ${event}.`)
  }
  for (const { old, now } of pairs(before, after, 'return')) {
    const sealed = event === 'label-printed' || event === 'return-closed'
    if (sealed && now !== old && now.state !== 'shipped' && missingFromBox(after, now).length > 0)
      found.push(`${event} of box ${now.number} without ${missingFromBox(after, now).join(', ')}.`)
  }
  return found
}

function pairs<K extends RecordKind>(before: Hood, after: Hood, kind: K) {
  return after.all(kind).flatMap((now): { old: RecordOf<K>; now: RecordOf<K> }[] => {
    const old = before.get(kind, now.id)
    return old === undefined ? [] : [{ old, now }]
  })
}
