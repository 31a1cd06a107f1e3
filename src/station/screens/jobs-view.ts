import type { JobDetail, Sentence, TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { EXTRA_SHELF, HOLD_SHELF } from '../../lifecycle/decide/trays.ts'
import type { CustodyRecord, JobRecord } from '../../lifecycle/records.ts'
import type { JOB_STATES } from '../../lifecycle/states.ts'
import { type CopyEnds, filesIn } from './copy-ends.ts'

/** As many as a screen can hold; what is being worked on comes first. */
const MOST_JOBS = 200
const MOST_STORY = 200

/** The states a person asks about first: work in hand, then what is coming, then what has ended. */
const ORDER = [
  'Transferring',
  'Packaging',
  'Received',
  'Shipping',
  'Creating',
  'Closed',
  'Completed',
] as const satisfies readonly (typeof JOB_STATES)[number][]

export function jobsView(ledger: Ledger): TopicState<'jobs'> {
  const found: JobRecord[] = []
  let more = 0
  for (const state of ORDER) {
    const room = MOST_JOBS - found.length
    const page = ledger.find('job', 'state', state, { limit: MOST_JOBS + 1 })
    found.push(...page.slice(0, room))
    more += Math.max(0, page.length - room)
  }
  return {
    jobs: found.map((job) => ({
      id: job.id,
      name: job.name,
      type: job.type,
      state: job.state,
      percent: job.percent,
      drives: drivesOf(ledger, job.id).length,
      faulted: job.fault !== undefined,
      cancelled: job.cancelRequested,
      ...(job.receivedAt === undefined ? {} : { receivedAt: job.receivedAt }),
      ...(job.endedAt === undefined ? {} : { endedAt: job.endedAt }),
      updatedAt: job.updatedAt,
    })),
    more,
  }
}

const drivesOf = (ledger: Ledger, job: string) =>
  ledger.find('drive', 'job', job).filter((d) => d.withdrawn !== true)

export function jobDetailView(ledger: Ledger, id: string, ends: CopyEnds): JobDetail | undefined {
  const job = ledger.get('job', id)
  if (job === undefined) return undefined
  return {
    id: job.id,
    name: job.name,
    type: job.type,
    state: job.state,
    percent: job.percent,
    site: job.site,
    storageAccount: job.storageAccountId.split('/').at(-1) ?? '',
    ...(job.receivedAt === undefined ? {} : { receivedAt: job.receivedAt }),
    drives: drivesOf(ledger, id).map((drive) => {
      const custody = ledger.get('custody', drive.serial)
      const place = custody?.job === id ? placeOf(ledger, custody) : ''
      const files = ends.filesOf(id, drive.serial)
      return {
        drive: drive.serial,
        state: drive.state,
        percent: drive.percent,
        bytesSucceeded: drive.bytesSucceeded,
        ...(files === undefined ? {} : { files: { ...files } }),
        place,
        ...(drive.copyStatus === undefined ? {} : { copyStatus: drive.copyStatus }),
        ...(drive.errorLog === undefined ? {} : { errorLog: drive.errorLog }),
        ...(drive.verboseLog === undefined ? {} : { verboseLog: drive.verboseLog }),
        ...(drive.fault === undefined ? {} : { fault: drive.fault.reason }),
      }
    }),
    story: ledger
      .history(id, { limit: MOST_STORY })
      .reverse()
      .flatMap(({ entry }) =>
        entry === undefined
          ? []
          : [
              {
                at: entry.at,
                actor: entry.actor,
                say: { name: entry.kind, facts: factsOf(ledger, entry.body) },
              },
            ],
      ),
  }
}

/** Where it lies now, as screens name places: a tray's letter, `bay 4`, a shelf's code, or the number of its box. */
function placeOf(ledger: Ledger, custody: CustodyRecord): string {
  switch (custody.state) {
    case 'tray':
      return custody.tray ?? ''
    case 'bay':
      return `bay ${custody.bay ?? ''}`
    case 'held':
      return HOLD_SHELF
    case 'extra':
      return EXTRA_SHELF
    case 'packed':
      return (custody.return === undefined ? undefined : ledger.get('return', custody.return)?.number) ?? ''
    default:
      return ''
  }
}

/** What a sentence can name: words and numbers of a body and of its package, and the drive of its copy. */
function factsOf(ledger: Ledger, body: Readonly<Record<string, unknown>>): Sentence['facts'] {
  const { package: inbound, copy } = body
  const named: Record<string, unknown> = {
    ...(typeof inbound === 'object' ? inbound : {}),
    ...(typeof copy === 'string' ? { serial: ledger.get('copy', copy)?.serial } : {}),
    ...filesIn(body),
    ...body,
  }
  const facts: Sentence['facts'] = {}
  for (const [name, value] of Object.entries(named))
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  return facts
}
