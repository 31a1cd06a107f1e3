import { describe, expect, test } from 'vitest'
import type { PushResponse } from '../../src/contract/exchange.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import { exchange } from '../../src/sync/exchange.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { must, openDock, record, temporaryFolder } from '../ledger/dock.ts'
import { happened, jobPut, ready, received, scanned } from '../ledger/tellings.ts'
import { Lane } from '../suites/sync-api.ts'

const round = (service: FakeSyncService, ledger: ReturnType<typeof openDock>, greet = false) =>
  exchange(service, ledger, { greet })

describe('a round', () => {
  test('sends everything unsent in order and brings everything new', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    record(ledger, scanned('s1'), scanned('s2'))
    service.order(jobPut('j1', ['WD1']) as LifeEvent)

    expect(await round(service, ledger)).toEqual({ outcome: 'in-step', serviceAt: service.now })

    expect(service.lane('dock-1').map((wire) => wire.hash)).toEqual(
      ledger.entries({ after: 0, limit: 2 }).map((row) => row.hash),
    )
    expect(ledger.unsentCount()).toBe(0)
    expect(ledger.get('job', 'j1')?.state).toBe('Creating')
    expect(must(await ledger.verify())).toMatchObject({ ok: true, anchored: ledger.head(), unanchored: 0 })
  })

  test('with nothing to send only pulls, unless it is to greet', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    await round(service, ledger)
    expect(service.calls).toEqual(['pull'])
    await round(service, ledger, true)
    expect(service.calls).toEqual(['pull', 'push', 'pull'])
  })

  test('sends what was recorded while it was pulling', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    for (let n = 0; n < 600; n++) service.order(scanned(`s${n}`) as LifeEvent)
    const end = await exchange(service, ledger, {
      greet: false,
      onReceived: ({ entries }) => {
        if (entries.length === 500) record(ledger, scanned('meanwhile'))
      },
    })
    expect(end.outcome).toBe('in-step')
    expect(service.calls).toEqual(['pull', 'push', 'pull'])
    expect(ledger.unsentCount()).toBe(0)
  })

  test('ends although the station records something new with every answer', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    let scans = 0
    const scan = () => record(ledger, scanned(`s${++scans}`))
    scan()
    const end = await exchange(service, ledger, { greet: false, onAnswered: scan })
    expect(end.outcome).toBe('in-step')
    expect(service.calls).toEqual(['push', 'pull'])
    expect(ledger.unsentCount()).toBe(1)
  })

  test('sends a long queue in pushes of bounded size', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    const long = 'x'.repeat(60_000)
    record(ledger, ...Array.from({ length: 20 }, (_, n) => scanned(`s${n}`, long)))
    record(ledger, ...Array.from({ length: 1_200 }, (_, n) => scanned(`t${n}`)))
    const sizes: number[] = []
    const push = service.push.bind(service)
    service.push = (request) => {
      expect(request.entries.reduce((sum, wire) => sum + wire.text.length, 0)).toBeLessThanOrEqual(400_000)
      sizes.push(request.entries.length)
      return push(request)
    }
    expect((await round(service, ledger)).outcome).toBe('in-step')
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    expect(sizes.reduce((a, b) => a + b)).toBe(1_220)
    expect(service.lane('dock-1')).toHaveLength(1_220)
  })

  test('goes on when the service answers only some of a push', async () => {
    const service = new FakeSyncService()
    service.mostAnswers = 2
    const ledger = openDock()
    record(ledger, ...Array.from({ length: 5 }, (_, n) => scanned(`s${n}`)))
    expect((await round(service, ledger)).outcome).toBe('in-step')
    expect(service.lane('dock-1')).toHaveLength(5)
  })

  test('that fails leaves the queue as it was; the next one begins again', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    record(ledger, scanned('s1'))
    service.failNext(1)
    expect(await round(service, ledger)).toMatchObject({
      outcome: 'failed',
      failure: { code: 'service-unreachable' },
    })
    expect(ledger.unsentCount()).toBe(1)
    expect(service.calls).toEqual([])
    expect((await round(service, ledger)).outcome).toBe('in-step')
  })

  test('whose answers are lost pulls nothing before they are known', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    record(ledger, scanned('s1'))
    service.faults = () => 'answer-lost'
    expect((await round(service, ledger)).outcome).toBe('failed')
    expect(service.calls).toEqual(['push'])
    service.faults = () => 'none'
    expect((await round(service, ledger)).outcome).toBe('in-step')
    expect(service.lane('dock-1')).toHaveLength(1)
  })
})

describe('a refused consequence', () => {
  test('is shown as it truly is, and what this station did since stands on top', async () => {
    // Given two drives of a job, known to two stations
    const service = new FakeSyncService()
    const one = openDock({ station: 'dock-1', ids: new CountingIds(1) })
    const two = openDock({ station: 'dock-2', ids: new CountingIds(2) })
    record(one, ...ready('j1', ['WD1', 'WD2']), received('j1', 'WD1', 'a-j1'), received('j1', 'WD2', 'a-j1'))
    await round(service, one)
    await round(service, two)
    // When both put a drive into bay 1, and the one that is away goes on working
    record(two, happened('drive-placed', { serial: 'WD2', bay: 'bay-1' }))
    await round(service, two)
    record(one, happened('drive-placed', { serial: 'WD1', bay: 'bay-1' }))
    record(one, happened('drive-shelved', { serial: 'WD1', tray: 'B' }))
    service.failNext(1)
    await round(service, one)
    expect(one.isUnconfirmed('custody', 'WD1')).toBe(true)
    const refused: string[] = []
    await exchange(service, one, {
      greet: false,
      onAnswered: (answered) => {
        refused.push(...answered.refused.map((answer) => answer.sentence))
        // The drive moves on just before the truth arrives: the truth cannot know of it.
        if (answered.refused.length > 0)
          record(one, happened('drive-placed', { serial: 'WD1', bay: 'bay-2' }))
      },
    })
    // Then the refusal is known, and the drive stands where it was put last
    expect(refused).toEqual(['Bay bay-1 holds WD2.'])
    expect(one.get('custody', 'WD1')).toMatchObject({ state: 'bay', bay: 'bay-2' })
    await round(service, one)
    expect(one.get('custody', 'WD1')).toEqual(service.hood.get('custody', 'WD1'))
    expect(one.isUnconfirmed('custody', 'WD1')).toBe(false)
    // And the views folded anew say the same.
    const before = one.get('custody', 'WD1')
    must(one.rebuildViews())
    expect(one.get('custody', 'WD1')).toEqual(before)
  })
})

describe('a service that is not what it was', () => {
  test('holding another entry stops pushing until a person acts, and pulling goes on', async () => {
    const service = new FakeSyncService()
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    await service.push({ version: 1, station: 'dock-1', entries: new Lane('dock-1').write(1) })
    record(ledger, scanned('s1'), scanned('s2'))
    service.order(jobPut('j1', []) as LifeEvent)

    expect(await round(service, ledger)).toMatchObject({
      outcome: 'stopped',
      failure: { code: 'journal-differs' },
    })

    expect(ledger.get('job', 'j1')).toBeDefined()
    expect(ledger.unsentCount()).toBe(2)
    // It stays stopped over a restart, and sends nothing.
    const again = openDock({ folder })
    const calls = service.calls.length
    expect((await round(service, again)).outcome).toBe('stopped')
    expect(service.calls.slice(calls)).toEqual(['pull'])
    // A person looked into it; the service still holds the other entry.
    must(again.resumeSync())
    expect((await round(service, again)).outcome).toBe('stopped')
  })

  test('finds a ledger that was put back from an old copy before anything new is lost', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    await service.push({ version: 1, station: 'dock-1', entries: new Lane('dock-1').write(3) })
    expect(await round(service, ledger, true)).toMatchObject({
      outcome: 'stopped',
      failure: { code: 'journal-behind' },
    })
  })

  test('put back from an old copy gets again what it lost', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    record(ledger, ...ready('j1', ['WD1']))
    record(ledger, scanned('s1'))
    await round(service, ledger)
    service.putBack(2)
    record(ledger, scanned('s2'))

    const end = await round(service, ledger)

    expect(end.outcome).toBe('in-step')
    expect(service.lane('dock-1')).toHaveLength(5)
    expect(must(await ledger.verify())).toMatchObject({ ok: true, anchored: ledger.head() })
  })

  test('that loses everything again and again is reported, not fed for ever', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    record(ledger, scanned('s1'), scanned('s2'))
    await round(service, ledger)
    const push = service.push.bind(service)
    service.push = async (request) => {
      service.putBack(1)
      const answer = await push({ ...request, entries: [] })
      return answer
    }
    record(ledger, scanned('s3'))
    expect(await round(service, ledger)).toMatchObject({ outcome: 'failed', failure: { code: 'bad-answer' } })
  })

  test('that knows less than it told before is reported', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    service.order(jobPut('j1', []) as LifeEvent)
    service.order(jobPut('j2', []) as LifeEvent)
    await round(service, ledger)
    service.putBack(1)
    expect(await round(service, ledger)).toMatchObject({ outcome: 'failed', failure: { code: 'bad-answer' } })
    expect(ledger.get('job', 'j2')).toBeDefined()
  })
})

describe('answers that cannot be', () => {
  const head = { seq: 0, hash: '0'.repeat(64) }
  const answering = (answers: PushResponse['answers']) => {
    const service = new FakeSyncService()
    service.push = async () => ok({ version: 1 as const, answers, head })
    return service
  }

  test.each<[string, PushResponse['answers']]>([
    ['for an entry that was not sent', [{ seq: 9, answer: 'accepted', cursor: 1 }]],
    ['out of order', [{ seq: 2, answer: 'accepted', cursor: 1 }]],
    ['for more than was sent', [1, 2, 3].map((seq) => ({ seq, answer: 'accepted' as const, cursor: seq }))],
    ['for nothing', []],
  ])('%s record nothing', async (_, answers) => {
    const ledger = openDock()
    record(ledger, scanned('s1'), scanned('s2'))
    expect(await round(answering(answers), ledger)).toMatchObject({
      outcome: 'failed',
      failure: { code: 'bad-answer' },
    })
    expect(ledger.unsentCount()).toBe(2)
  })

  test('a page that promises more and brings nothing ends the round', async () => {
    const service = new FakeSyncService()
    service.pull = async () => ok({ version: 1 as const, changes: [], cursor: 0, more: true, at: 0 })
    expect(await round(service, openDock())).toMatchObject({
      outcome: 'failed',
      failure: { code: 'bad-answer' },
    })
  })

  test('a page out of order is not taken in', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    const [a, b] = new Lane('dock-2').write(2)
    if (a === undefined || b === undefined) throw new Error('two entries were written')
    const changes = [
      { cursor: 2, entry: b },
      { cursor: 1, entry: a },
    ]
    service.pull = async () => ok({ version: 1 as const, changes, cursor: 2, more: false, at: 0 })
    expect(await round(service, ledger)).toMatchObject({ failure: { code: 'changes-disordered' } })
    expect(ledger.cursor()).toBe(0)
    expect(ledger.entries({ after: 0, limit: 9 })).toEqual([])
  })

  test('a failure of the ledger ends the round with its own words', async () => {
    const service = new FakeSyncService()
    const ledger = openDock()
    const full = Object.assign(Object.create(ledger), {
      station: 'dock-1',
      syncStopped: () => undefined,
      unsent: () => [],
      cursor: () => 0,
      receive: () => fail('ledger-full', 'The disk is full.'),
    })
    service.order(jobPut('j1', []) as LifeEvent)
    expect(await exchange(service, full, { greet: false })).toMatchObject({
      failure: { code: 'ledger-full' },
    })
  })
})
