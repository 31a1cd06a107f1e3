import { type JobRecord, jobNameKey } from '../../lifecycle/records.ts'
import { trackingBase, trackingKey } from '../../lifecycle/tracking-base.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { World } from '../world.ts'
import { type JobFilter, readFilter } from './filter.ts'
import { type JobResource, jobResource } from './job-resource.ts'
import { viewJob } from './job-view.ts'
import { pageToken, readPageToken } from './page-token.ts'

export interface ListRequest {
  readonly subscription: string
  /** Without it all jobs of the subscription are listed, with their drives. */
  readonly group?: string | undefined
  /** Query parameters as sent. */
  readonly top?: string | undefined
  readonly filter?: string | undefined
  readonly skipToken?: string | undefined
}

export interface JobPage {
  readonly jobs: readonly JobResource[]
  /** Token of the next page; absent on the last one. */
  readonly next?: string
}

const MOST_JOBS_PER_PAGE = 100

/** Jobs in the order of their names, a page at a time. A job made or deleted meanwhile never shifts another one. */
export async function listJobs(world: World, request: ListRequest): Promise<Answer<JobPage>> {
  const top = request.top ?? String(MOST_JOBS_PER_PAGE)
  if (!/^[1-9]\d{0,2}$/.test(top) || Number(top) > MOST_JOBS_PER_PAGE)
    return refuse(400, 'InvalidTop', `$top must be a whole number from 1 to ${MOST_JOBS_PER_PAGE}.`, {
      target: '$top',
    })
  const filter = readFilter(request.filter)
  if (!filter.ok) return filter
  const prefix = jobNameKey(request.subscription, request.group ?? '', '').replace(/\/+$/, '/')
  const after = request.skipToken === undefined ? undefined : readPageToken(request.skipToken, prefix)
  if (request.skipToken !== undefined && after === undefined)
    return refuse(
      400,
      'InvalidSkipToken',
      'The $skiptoken was not given out for this list. Begin again without it.',
      {
        target: '$skiptoken',
      },
    )
  const limit = Number(top)
  return world.store.read(async (tx): Promise<Answer<JobPage>> => {
    const found = await matching(tx, prefix, after, filter.value, limit + 1)
    const showing = { location: 'display', drives: request.group === undefined } as const
    const jobs: JobResource[] = []
    for (const job of found.slice(0, limit))
      jobs.push(jobResource(await viewJob(tx, job), world.locations, showing))
    const last = found.length > limit ? found[limit - 1] : undefined
    return { ok: true, value: { jobs, ...(last === undefined ? {} : { next: pageToken(nameKeyOf(last)) }) } }
  })
}

async function matching(
  tx: ReadTransaction,
  prefix: string,
  after: string | undefined,
  filter: JobFilter,
  limit: number,
): Promise<readonly JobRecord[]> {
  if (filter.nothing === true) return []
  if (filter.trackingNumber === undefined)
    return tx.jobsByName({ prefix, after, limit, state: filter.state, type: filter.type })
  const named = await byTracking(tx, filter.trackingNumber)
  return named
    .filter((job) => nameKeyOf(job).startsWith(prefix) && nameKeyOf(job) > (after ?? prefix))
    .filter((job) => job.state !== 'Deleted' && (filter.state === undefined || job.state === filter.state))
    .filter((job) => filter.type === undefined || job.type === filter.type)
    .sort((a, b) => (nameKeyOf(a) < nameKeyOf(b) ? -1 : 1))
    .slice(0, limit)
}

/** Jobs whose inbound package, or a package sent back, has this number. */
async function byTracking(tx: ReadTransaction, number: string): Promise<readonly JobRecord[]> {
  const wanted = trackingKey(number)
  const found = await tx.answer([
    { kind: 'job', field: 'tracking', value: trackingBase(number) },
    { kind: 'return', field: 'tracking', value: number },
  ])
  const jobs = new Map<string, JobRecord>()
  for (const record of found) {
    if (record.kind === 'job' && trackingKey(record.package?.tracking ?? '') === wanted)
      jobs.set(record.id, record)
    if (record.kind === 'return' && record.job !== undefined) {
      const job = await tx.record('job', record.job)
      if (job !== undefined) jobs.set(job.id, job)
    }
  }
  return [...jobs.values()]
}

const nameKeyOf = (job: JobRecord) => jobNameKey(job.subscription, job.group, job.name)
