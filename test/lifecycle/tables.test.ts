/** Walks every cell of every life cycle, and lays the tables beside what the service publishes. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Cell, step, type Table } from '../../src/lifecycle/cell.ts'
import type { DriveState } from '../../src/lifecycle/states.ts'
import {
  ARRIVAL_STATES,
  CASE_STATES,
  COPY_STATES,
  CUSTODY_STATES,
  DRIVE_STATES,
  JOB_STATES,
  RETURN_STATES,
} from '../../src/lifecycle/states.ts'
import { DRIVE_TABLE, type DriveEvent } from '../../src/lifecycle/tables/drive.ts'
import { TABLES } from '../../src/lifecycle/tables/index.ts'
import { JOB_TABLE, type JobEvent, type JobStand, moveName } from '../../src/lifecycle/tables/job.ts'

type AnyTable = Table<string, string>
const tables = Object.entries<AnyTable>(TABLES)

/** Each life cycle: its states, where it begins, and where it may end for good. */
const CYCLES: Readonly<Record<keyof typeof TABLES, readonly [readonly string[], string, readonly string[]]>> =
  {
    job: [[...JOB_STATES, 'Deleted'], 'Creating', ['Deleted']],
    drive: [DRIVE_STATES, 'Specified', ['ShippedBack']],
    arrival: [ARRIVAL_STATES, 'open', ['forwarded', 'undone']],
    custody: [CUSTODY_STATES, 'away', ['destroyed']],
    return: [RETURN_STATES, 'packing', ['shipped', 'void']],
    copy: [COPY_STATES, 'waiting', ['done', 'done-more-info']],
    case: [CASE_STATES, 'open', []],
  }

/** States an undo can lead back to; the record remembers which. */
const CAME_FROM: Readonly<Record<string, readonly string[]>> = {
  drive: ['Specified', 'NeverReceived'],
  custody: ['away', 'tray', 'bay', 'held', 'extra', 'gone', 'lost'],
}

const cells = tables.flatMap(([name, table]) =>
  Object.entries(table).flatMap(([state, row]) =>
    Object.entries(row).map(([event, cell]) => ({
      name,
      state,
      event,
      cell,
      where: `${name}: ${state} + ${event}`,
    })),
  ),
)

function targets(name: string, cell: Cell<string>): readonly string[] {
  if (!('to' in cell)) return []
  return cell.to === 'came-from' ? (CAME_FROM[name] ?? []) : [cell.to]
}

function reachable(name: string, table: AnyTable, from: string): Set<string> {
  const seen = new Set([from])
  for (const state of seen)
    for (const cell of Object.values(table[state] ?? {}))
      for (const next of targets(name, cell)) seen.add(next)
  return seen
}

describe('every table', () => {
  it.each(tables)('%s: every state meets every event', (name, table) => {
    const [states] = CYCLES[name as keyof typeof TABLES]
    expect(Object.keys(table).sort()).toEqual([...states].sort())
    const events = Object.keys(Object.values(table)[0] ?? {}).sort()
    for (const row of Object.values(table)) expect(Object.keys(row).sort()).toEqual(events)
  })

  it.each(tables)(
    '%s: every state can be reached, and only documented ones have no way on',
    (name, table) => {
      const [states, first, last] = CYCLES[name as keyof typeof TABLES]
      expect([...reachable(name, table, first)].sort()).toEqual([...states].sort())
      expect(states.filter((state) => reachable(name, table, state).size === 1)).toEqual(last)
    },
  )

  it('every move leads to a state of its table', () => {
    for (const { name, cell, where } of cells)
      for (const next of targets(name, cell))
        expect(Object.keys(TABLES[name as keyof typeof TABLES]), where).toContain(next)
  })

  it('every cell does one thing, and doing nothing has a reason that is a sentence', () => {
    for (const { cell, where } of cells) {
      expect(Object.keys(cell), where).toHaveLength(1)
      const reason = 'noop' in cell ? cell.noop : 'illegal' in cell ? cell.illegal : 'It moves on.'
      expect(reason, where).toMatch(/^[A-Z][^.]*(; [^.]*)?\.$/)
      expect(reason.split(' ').length, where).toBeGreaterThan(2)
    }
  })

  it('`step` answers what the cell says', () => {
    for (const { name, state, event, cell, where } of cells) {
      const table = TABLES[name as keyof typeof TABLES] as AnyTable
      const [back] = CAME_FROM[name] ?? []
      const next = step(table, state, event, back)
      if ('noop' in cell) expect(next, where).toEqual({ kind: 'no-op', because: cell.noop })
      else if ('illegal' in cell) expect(next, where).toEqual({ kind: 'illegal', because: cell.illegal })
      else expect(next, where).toEqual({ kind: 'moved', state: cell.to === 'came-from' ? back : cell.to })
      if ('to' in cell && cell.to === 'came-from')
        expect(step(table, state, event).kind, `${where}, nothing known`).toBe('illegal')
    }
  })

  it('no event is there that nothing ever uses', () => {
    const evolve = new URL('../../src/lifecycle/evolve/', import.meta.url)
    const sources = readdirSync(evolve).map((file) => new URL(file, evolve))
    // A job's derived moves are named beside its table, a copy's moves in the body of `copy-moved`.
    const named = ['../../src/lifecycle/tables/job.ts', '../../src/lifecycle/events.ts']
    const text = [...sources, ...named.map((file) => new URL(file, import.meta.url))]
      .map((url) =>
        readFileSync(url, 'utf8')
          .replace(/export const JOB_TABLE[\s\S]*?\n}\n/, '')
          .replace(/export type JobEvent[\s\S]*?\n\n/, ''),
      )
      .join('\n')
    const unused = new Set(cells.map(({ event }) => event).filter((event) => !text.includes(`'${event}'`)))
    expect([...unused]).toEqual([])
  })
})

describe('beside what is published', () => {
  const moves = (table: AnyTable, name: string) =>
    new Set(
      Object.entries(table).flatMap(([from, row]) =>
        Object.values(row).flatMap((cell) =>
          targets(name, cell).flatMap((next) => (next === from ? [] : [`${from} -> ${next}`])),
        ),
      ),
    )

  const JOB_PUBLISHED: readonly (readonly [JobStand, JobEvent, JobStand])[] = [
    ['Creating', 'updated', 'Creating'],
    ['Creating', 'deleted', 'Deleted'],
    ['Creating', 'expired', 'Deleted'],
    ['Creating', 'announced', 'Shipping'],
    ['Shipping', 'all-in', 'Received'],
    ['Received', 'copy-began', 'Transferring'],
    ['Transferring', 'all-processed', 'Packaging'],
    ['Packaging', 'all-home', 'Completed'],
    ['Packaging', 'all-home-with-errors', 'Closed'],
    ['Shipping', 'went-unanswered', 'Closed'],
    ['Completed', 'deleted', 'Deleted'],
    ['Completed', 'expired', 'Deleted'],
    ['Closed', 'expired', 'Deleted'],
  ]

  it.each(JOB_PUBLISHED)('job: %s + %s is %s', (from, event, next) => {
    expect(step(JOB_TABLE, from, event)).toEqual({ kind: 'moved', state: next })
  })

  it('job: no other move but those we decided, each with its rule', () => {
    const ours = [
      'Creating -> Completed', // 20: cancelled, and an operator confirms that nothing is coming
      'Shipping -> Completed', // 20
      'Shipping -> Packaging', // 20: one closing scan of a cancelled job, whose drives go straight home
      'Shipping -> Closed', // also 18: everything that came was lost
      'Received -> Shipping', // 3: an undone close or receipt
      'Received -> Packaging', // 20
      'Received -> Completed', // 18: all that came has gone home; the end never waits for a state in between
      'Received -> Closed', // 18
      'Transferring -> Completed', // 18
      'Transferring -> Closed', // 18
      'Packaging -> Transferring', // 10 and 19: a late drive, a retry
      'Packaging -> Shipping', // 3, of a cancelled job
    ]
    const published = JOB_PUBLISHED.flatMap(([from, , next]) => (from === next ? [] : [`${from} -> ${next}`]))
    expect([...moves(JOB_TABLE, 'job')].sort()).toEqual([...new Set([...published, ...ours])].sort())
  })

  it('job: cancelling is refused from Packaging on, deleting allowed in Creating and Completed only', () => {
    const kinds = (event: JobEvent) =>
      JOB_STATES.filter((state) => step(JOB_TABLE, state, event).kind === 'moved')
    expect(kinds('cancel-requested')).toEqual(['Creating', 'Shipping', 'Received', 'Transferring'])
    expect(kinds('deleted')).toEqual(['Creating', 'Completed'])
  })

  it('job: every move that facts can cause has a name, and the table knows it', () => {
    for (const move of moves(JOB_TABLE, 'job')) {
      const [from, next] = move.split(' -> ') as [JobStand, JobStand]
      if (from === 'Creating' || next === 'Deleted') continue
      const name = moveName(from, next)
      expect(name === undefined ? 'nameless' : step(JOB_TABLE, from, name), move).toEqual({
        kind: 'moved',
        state: next,
      })
    }
    expect(moveName('Completed', 'Deleted')).toBeUndefined()
  })

  const DRIVE_PUBLISHED: readonly (readonly [DriveState, DriveEvent, DriveState])[] = [
    ['Specified', 'received', 'Received'],
    ['Specified', 'missed', 'NeverReceived'],
    ['NeverReceived', 'received', 'Received'],
    ['Received', 'copy-began', 'Transferring'],
    ['Transferring', 'copied', 'Completed'],
    ['Transferring', 'copied-more-info', 'CompletedMoreInfo'],
    ['Completed', 'shipped-back', 'ShippedBack'],
    ['CompletedMoreInfo', 'shipped-back', 'ShippedBack'],
    ['Received', 'shipped-back', 'ShippedBack'],
  ]

  it.each(DRIVE_PUBLISHED)('drive: %s + %s is %s', (from, event, next) => {
    expect(step(DRIVE_TABLE, from, event)).toEqual({ kind: 'moved', state: next })
  })

  it('drive: no other move but those we decided, each with its rule', () => {
    const ours = [
      'Received -> Specified', // 3
      'Received -> NeverReceived', // 3, only by undoing the receipt of a late drive
      'NeverReceived -> Specified', // 3 and 23: an undone close, an extended wait
      'Received -> Completed', // 7: not needed
      'Received -> CompletedMoreInfo', // 13: refused
      'CompletedMoreInfo -> Transferring', // 19
    ]
    const published = DRIVE_PUBLISHED.map(([from, , next]) => `${from} -> ${next}`)
    expect([...moves(DRIVE_TABLE, 'drive')].sort()).toEqual([...published, ...ours].sort())
  })
})
