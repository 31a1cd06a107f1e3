import { missingFromBox } from '../earned.ts'
import type { ReturnRecord, Verdict } from '../records.ts'
import { trackingBase } from '../tracking-base.ts'
import { isKnownSerial, parcelNumber, type ScanContext, type ScanReading, setWork } from './context.ts'
import { printLabel, refused } from './pack-drive.ts'

/** Our own label scanned: closes the box it is on, or takes it up again. */
export function scanReturnLabel(context: ScanContext, number: string): Verdict {
  const { draft } = context
  const [box] = draft.hood.find('return', 'number', number)
  if (box === undefined) return refused('label-unknown', 'scan-again', { number })
  const facts = { number: box.number }
  const about = { facts, return: box.number, ...jobName(context, box) }
  switch (box.state) {
    case 'packing':
      setWork(context, { doing: 'return', return: box.id })
      return { ...about, verdict: 'refused', say: 'label-void', next: 'scan-drive-of-box' }
    case 'labelled':
      setWork(context, { doing: 'return', return: box.id })
      if (missingFromBox(draft.hood, box).length > 0) return printLabel(context, box)
      draft.add('return-closed', { return: box.id })
      return { ...about, verdict: 'return-closed', say: 'return-closed', next: 'scan-carrier-number' }
    case 'closed':
      setWork(context, { doing: 'return', return: box.id })
      return { ...about, verdict: 'look-up', say: 'return-waits', next: 'scan-carrier-number' }
    case 'shipped':
      return {
        ...about,
        verdict: 'look-up',
        say: 'return-gone',
        next: 'scan-next',
        facts: { ...facts, tracking: box.tracking ?? '' },
      }
    case 'void':
      return { ...about, verdict: 'refused', say: 'label-void', next: 'scan-pack-first' }
  }
}

/** A number of digits alone can pass for a shop's code; everything else that a text is known to be, no carrier uses. */
const MAY_BE_CARRIERS: ReadonlySet<ScanReading['notSerial']> = new Set(['tracking-number', 'ean'])

/** The carrier's number for a closed box: only now have the drives left us. */
export function shipReturn(context: ScanContext, box: ReturnRecord): Verdict {
  const { draft, reading } = context
  const tracking = parcelNumber(reading)
  const drive = reading.serialKeys.find((key) => isKnownSerial(context, key))
  if (drive !== undefined) return refused('carrier-number-is-drive', 'scan-carrier-number', {}, drive)
  const isOther = reading.notSerial !== undefined && !MAY_BE_CARRIERS.has(reading.notSerial)
  if (tracking === undefined || tracking.length < 6 || isOther || reading.carrier?.checkDigit === 'invalid')
    return refused('carrier-number-odd', 'scan-carrier-number', { text: reading.text })
  const cameIn = reading.trackingKeys.map(trackingBase).some((base) => {
    const opened = draft.hood.find('arrival', 'tracking', base).some((arrival) => arrival.state !== 'undone')
    return opened || draft.hood.find('job', 'tracking', base).length > 0
  })
  if (cameIn) return refused('carrier-number-inbound', 'scan-carrier-number', { tracking })
  const other = draft.hood.find('return', 'tracking', tracking).find((r) => r.id !== box.id)
  if (other !== undefined)
    return refused('carrier-number-used', 'scan-carrier-number', { tracking, number: other.number })
  const job = box.job === undefined ? undefined : draft.hood.get('job', box.job)
  draft.add('return-shipped', {
    return: box.id,
    carrier: job?.returnCarrier ?? reading.carrier?.name ?? 'unknown',
    tracking,
  })
  setWork(context, { doing: 'nothing' })
  const ended = box.job === undefined ? undefined : draft.hood.get('job', box.job)
  return {
    verdict: 'shipped',
    say: ended?.state === 'Completed' || ended?.state === 'Closed' ? 'shipped-job-ended' : 'shipped',
    next: 'scan-next',
    facts: {
      number: box.number,
      tracking,
      drives: box.drives.length,
      job: ended?.name ?? '',
      state: ended?.state ?? '',
    },
    return: box.number,
    ...jobName(context, box),
  }
}

function jobName(context: ScanContext, box: ReturnRecord): { readonly job?: string } {
  const job = box.job === undefined ? undefined : context.draft.hood.get('job', box.job)
  return job === undefined ? {} : { job: job.name }
}
