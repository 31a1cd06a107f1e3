import type { ReturnRecord, Verdict } from '../records.ts'
import { trackingBase } from '../tracking-base.ts'
import { type ScanContext, setWork } from './context.ts'
import { refused } from './pack-drive.ts'

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
      draft.add('return-closed', { return: box.id })
      setWork(context, { doing: 'return', return: box.id })
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

/** The carrier's number for a closed box: only now have the drives left us. */
export function shipReturn(context: ScanContext, box: ReturnRecord): Verdict {
  const { draft, reading } = context
  const [tracking] = reading.trackingKeys
  if (tracking === undefined)
    return refused('carrier-number-odd', 'scan-carrier-number', { text: reading.text })
  if (reading.serialKeys.some((key) => draft.hood.get('custody', key) !== undefined))
    return refused('carrier-number-is-drive', 'scan-carrier-number', {}, reading.serialKeys[0])
  const base = trackingBase(tracking)
  const inbound =
    draft.hood.find('arrival', 'tracking', base).length + draft.hood.find('job', 'tracking', base).length
  if (inbound > 0) return refused('carrier-number-inbound', 'scan-carrier-number', { tracking })
  const other = draft.hood.find('return', 'tracking', tracking).find((r) => r.id !== box.id)
  if (other !== undefined)
    return refused('carrier-number-used', 'scan-carrier-number', { tracking, number: other.number })
  if (reading.carrier?.checkDigit === 'invalid' || tracking.length < 6)
    return refused('carrier-number-odd', 'scan-carrier-number', { text: reading.text })
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
