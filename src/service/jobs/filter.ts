import { JOB_STATES, type JobState } from '../../lifecycle/states.ts'
import { type Answer, refuse } from '../refusal.ts'

/** What a `$filter` asks for; absent members ask for nothing. */
export interface JobFilter {
  readonly type?: 'Import' | 'Export'
  readonly state?: JobState
  /** Inbound or return package. */
  readonly trackingNumber?: string
  /** Two conditions contradict each other: nothing can match. */
  readonly nothing?: true
}

const LONGEST_FILTER = 1_024
const CONDITION = /^\s*([A-Za-z]+)\s+eq\s+'((?:[^']|'')*)'\s*/
const AND = /^and\s+/

/**
 * Reads a `$filter`: comparisons `field eq 'value'` joined with `and` (grammar of the first published 2016-11-01 text). A
 * quote inside a value is doubled, as in OData. Field names are read without case. Pure.
 */
export function readFilter(text: string | undefined): Answer<JobFilter> {
  if (text === undefined || text.trim() === '') return { ok: true, value: {} }
  if (text.length > LONGEST_FILTER) return invalid(`has more than ${LONGEST_FILTER} characters`)
  let rest = text
  let filter: JobFilter = {}
  for (;;) {
    const condition = CONDITION.exec(rest)
    if (condition === null) return invalid(`cannot be read from "${rest.slice(0, 40)}"`)
    const [whole, field = '', quoted = ''] = condition
    const next = withCondition(filter, field.toLowerCase(), quoted.replaceAll("''", "'"))
    if (next === undefined) return invalid(`cannot compare ${field} with '${quoted.slice(0, 40)}'`)
    filter = next
    rest = rest.slice(whole.length)
    if (rest === '') return { ok: true, value: filter }
    // A closing quote may stand right before "and" only with a blank between.
    const joined = /\s$/.test(whole) ? AND.exec(rest) : null
    if (joined === null) return invalid(`needs "and" before "${rest.slice(0, 40)}"`)
    rest = rest.slice(joined[0].length)
  }
}

function withCondition(filter: JobFilter, field: string, value: string): JobFilter | undefined {
  switch (field) {
    case 'type':
      if (value !== 'Import' && value !== 'Export') return undefined
      return filter.type !== undefined && filter.type !== value
        ? { ...filter, nothing: true }
        : { ...filter, type: value }
    case 'state': {
      const state = JOB_STATES.find((known) => known === value)
      if (state === undefined) return undefined
      return filter.state !== undefined && filter.state !== state
        ? { ...filter, nothing: true }
        : { ...filter, state }
    }
    case 'trackingnumber':
      return filter.trackingNumber !== undefined && filter.trackingNumber !== value
        ? { ...filter, nothing: true }
        : { ...filter, trackingNumber: value }
    default:
      return undefined
  }
}

function invalid(what: string) {
  return refuse(
    400,
    'InvalidFilter',
    `The $filter ${what}. Write comparisons such as type eq 'Import' and state eq 'Shipping'; fields are type, state and trackingnumber.`,
    { target: '$filter' },
  )
}
