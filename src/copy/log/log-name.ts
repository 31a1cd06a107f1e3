/** What the logs of a drive are called: `<container>/waies/<job>_<driveid>_<yyyyMMdd-HHmmss-fff>_<kind>.xml`. */
import type { Instant } from '../../ports/clock.ts'
import { blobNameProblem } from '../manifest/blob-name.ts'

export interface LogNaming {
  readonly job: string
  readonly driveId: string
  readonly diagnosticsPath: string
  /** When the copy began, UTC. */
  readonly startedAt: Instant
}

const DEFAULT_CONTAINER = 'waimportexport'

export function logName(naming: LogNaming, kind: 'error' | 'verbose' | 'manifest'): string {
  const { job, driveId, diagnosticsPath, startedAt } = naming
  const name = `waies/${inName(job)}_${inName(driveId)}_${stamp(startedAt)}_${kind}.xml`
  const container = diagnosticsPath.replace(/^\/+|\/+$/g, '')
  const wanted = `${container}/${name}`
  // A log must not get lost because its place was badly chosen.
  return blobNameProblem(wanted) === undefined ? wanted : `${DEFAULT_CONTAINER}/${name}`
}

function stamp(at: Instant): string {
  const [date, time] = new Date(at).toISOString().split('T')
  return `${date?.replaceAll('-', '')}-${time?.slice(0, 12).replace(/[:.]/g, (mark) => (mark === '.' ? '-' : ''))}`
}

/** Serials and names come from outside and must not add folders. */
function inName(text: string): string {
  return text.trim().replace(/[^A-Za-z0-9._-]/g, '_')
}
