import { describe, expect, test } from 'vitest'
import { entryText } from '../../src/contract/entry.ts'
import { textHash } from '../../src/ledger/canonical.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { FollowService } from '../../src/station/follow-service.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { must, openDock, record } from '../ledger/dock.ts'
import { announced, happened, jobPut, ready, received } from '../ledger/tellings.ts'

/** A station that received two drives, and then took in that the service refused both. */
function refusedTwice(code = 'job-over') {
  const ledger = openDock()
  record(ledger, ...ready('j1', ['WD1', 'WD2']))
  const { entries } = record(ledger, received('j1', 'WD1', 'a-j1'), received('j1', 'WD2', 'a-j1'))
  const service = new FakeSyncService()
  for (const fact of entries)
    service.order({
      kind: 'consequence-refused',
      body: { fact: fact.id, station: 'dock-1', code, sentence: 'It has ended.', truth: [] },
    } as LifeEvent)
  // As the service writes it: the refusal points at the fact.
  const changes = service.log.map(({ wire }, at) => {
    const text = entryText({ ...JSON.parse(wire.text), pointsAt: entries[at]?.id })
    return { cursor: at + 1, entry: { text, hash: textHash(text) } }
  })
  const follow = () => {
    const ids = new CountingIds()
    const mint = { uuid: () => ids.uuid(), returnNumber: () => 'TDR-1' }
    return new FollowService({ ledger, clock: new FakeClock(), ids, log: new FakeLog(), mint })
  }
  const cases = () => ledger.find('case', 'state', 'open').map((one) => one.serial)
  return { ledger, changes, follow, cases }
}

test('being overtaken is nothing anybody has to look at', () => {
  const { ledger, changes, follow, cases } = refusedTwice('overtaken')
  follow().received(must(ledger.receive(changes, 2)))
  expect(cases()).toEqual([])
  expect(ledger.newest({ limit: 1 })[0]?.origin).toBe('service')
})

describe('what the service refused', () => {
  test('opens a case when it is told', () => {
    const { ledger, changes, follow, cases } = refusedTwice()
    follow().received(must(ledger.receive(changes, 2)))
    expect(cases().sort()).toEqual(['WD1', 'WD2'])
  })

  test('opens its case at the next start when the station stopped in between', () => {
    const { ledger, changes, follow, cases } = refusedTwice()
    must(ledger.receive(changes, 2))
    expect(cases()).toEqual([])
    follow().catchUp()
    expect(cases().sort()).toEqual(['WD1', 'WD2'])
    const entries = ledger.newest({ limit: 50 }).length
    follow().catchUp()
    expect(ledger.newest({ limit: 50 })).toHaveLength(entries)
  })

  test('is not looked for behind anything else the station did since', () => {
    const { ledger, changes, follow, cases } = refusedTwice()
    must(ledger.receive(changes, 2))
    record(ledger, happened('work-changed', { work: { doing: 'nothing' } }))
    follow().catchUp()
    expect(cases()).toEqual([])
  })
})

describe('a drive that was held before its job was known', () => {
  test.each(['job-creating', 'unannounced', 'job-gone'] as const)(
    'because %s, is received at the next start when the announcement was taken in and nothing was done about it',
    (because) => {
      const { ledger, follow } = refusedTwice('overtaken')
      const job = because === 'job-creating' ? { job: 'j2' } : {}
      record(
        ledger,
        happened('arrival-opened', { arrival: 'a2', tracking: '1Z2', base: '1Z2', jobs: [], blind: true }),
        jobPut('j2', ['WD7']),
        happened('drive-held', { serial: 'WD7', arrival: 'a2', because, ...job }),
        announced('j2', '1Z2'),
      )
      expect(ledger.get('custody', 'WD7')?.state).toBe('held')

      follow().catchUp()

      expect(ledger.get('custody', 'WD7')?.state).toBe('tray')
      expect(ledger.find('drive', 'job', 'j2').map(({ state }) => state)).toEqual(['Received'])
    },
  )

  test('waits on for a job that is not announced', () => {
    const { ledger, follow } = refusedTwice('overtaken')
    record(
      ledger,
      happened('arrival-opened', { arrival: 'a2', tracking: '1Z2', base: '1Z2', jobs: [], blind: true }),
      jobPut('j2', ['WD7']),
      happened('drive-held', { serial: 'WD7', arrival: 'a2', because: 'unannounced' }),
    )
    follow().catchUp()
    expect(ledger.get('custody', 'WD7')?.state).toBe('held')
  })
})
