import type { LifeEvent } from './events.ts'
import type { Subjects } from './hood.ts'

/** Events about what a station is doing, and who is at it. */
const OF_STATION: ReadonlySet<LifeEvent['kind']> = new Set([
  'scan-read',
  'work-changed',
  'signed-in',
  'signed-out',
])

/** The records an event is about: what has to be loaded before `evolve` may see it. */
export function subjectsOf(event: LifeEvent, station: string): Subjects {
  const subjects: { -readonly [K in keyof Subjects]: string[] } = {}
  const add = (field: keyof Subjects, value: string | undefined) => {
    if (value !== undefined) subjects[field] = [...(subjects[field] ?? []), value]
  }
  const body: Readonly<Record<string, unknown>> = event.body
  const text = (field: string) => (typeof body[field] === 'string' ? body[field] : undefined)
  add('serials', text('serial'))
  add('arrivals', text('arrival'))
  add('returns', text('return'))
  add('copies', text('copy'))
  add('cases', text('case'))
  add('bays', text('bay'))
  if (OF_STATION.has(event.kind)) add('works', station)
  switch (event.kind) {
    case 'job-put':
      add('jobs', event.body.job.id)
      for (const drive of event.body.job.drives) add('serials', drive.serial)
      break
    case 'job-updated':
      add('jobs', event.body.job)
      for (const drive of event.body.changes.drives ?? []) add('serials', drive.serial)
      break
    case 'arrival-opened':
      for (const job of event.body.jobs) add('jobs', job)
      break
    case 'scan-read':
      add('scans', event.body.scan)
      add('scans', event.body.undoes)
      break
    case 'work-changed':
      break
    case 'consequence-refused':
      break
    default:
      add('jobs', text('job'))
  }
  return subjects
}
