import { describe, expect, test } from 'vitest'
import { type Entry, entryText } from '../../src/contract/entry.ts'
import type { WireEntry } from '../../src/contract/exchange.ts'
import { personalHash, textHash } from '../../src/ledger/canonical.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { must, openDock, record } from './dock.ts'
import { announced, happened, jobPut, ready, received, scanned } from './tellings.ts'

/** A page with these entries at cursors 1, 2, 3 … */
const page = (...entries: WireEntry[]) => entries.map((entry, i) => ({ cursor: i + 1, entry }))

let makers = 0

/** The entries a service writes for these events. */
function ordered(...events: LifeEvent[]): WireEntry[] {
  const service = new FakeSyncService(++makers)
  for (const event of events) service.order(event)
  return service.log.map((line) => line.wire)
}

const put = (job: string) => jobPut(job, ['WD1']) as LifeEvent

/** The same entry with another member. */
function changed(wire: WireEntry | undefined, change: Partial<Record<keyof Entry, unknown>>): WireEntry {
  const text = entryText({ ...JSON.parse(wire?.text ?? ''), ...change })
  return { text, hash: textHash(text) }
}

describe('what came from the service', () => {
  test('is in the journal as it came, and in the views', async () => {
    const ledger = openDock()
    const entries = ordered(put('j1'), announced('j1', '1Z1') as LifeEvent)
    const taken = must(ledger.receive(page(...entries), 5))
    expect(taken.entries.map((entry) => entry.kind)).toEqual(['job-put', 'job-announced'])
    expect(taken.changed.find((r) => r.kind === 'job')).toMatchObject({ state: 'Shipping' })
    expect(ledger.cursor()).toBe(5)
    const rows = ledger.entries({ after: 0, limit: 9 })
    expect(rows.map(({ origin, seq, text, hash }) => ({ origin, seq, text, hash }))).toEqual(
      entries.map(({ text, hash }, i) => ({ origin: 'service', seq: i + 1, text, hash })),
    )
    // The next own entry weaves it in.
    const [own] = record(ledger, scanned('s1')).entries
    expect(own?.after).toEqual({ cursor: 2, chain: rows[1]?.chain })
    expect(must(await ledger.verify()).ok).toBe(true)
  })

  test('may come again, whole or in part, and changes nothing', () => {
    const ledger = openDock()
    const [a, b, c] = ordered(put('j1'), put('j2'), put('j3'))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were ordered')
    must(ledger.receive(page(a, b), 2))
    expect(must(ledger.receive(page(a, b), 2))).toEqual({ entries: [], changed: [], troubles: [] })
    expect(must(ledger.receive(page(a, b, c), 3)).entries).toHaveLength(1)
    // A late answer to an old question.
    expect(must(ledger.receive(page(a), 1)).entries).toEqual([])
    expect(ledger.cursor()).toBe(3)
    expect(ledger.entries({ after: 0, limit: 9 })).toHaveLength(3)
  })

  test('is not sent back', () => {
    const ledger = openDock()
    must(ledger.receive(page(...ordered(put('j1'))), 1))
    expect(ledger.unsentCount()).toBe(0)
    expect(ledger.isUnconfirmed('job', 'j1')).toBe(false)
  })

  test('brings personal data along, if it is what the entry says', () => {
    const ledger = openDock()
    const service = new FakeSyncService()
    const personal = { key: 'job/j1', salt: 'ab', text: '{"name":"Ada"}' }
    service.order(put('j1'), personal)
    service.order(put('j2'), { ...personal, key: 'job/j2' })
    const [good, bad] = service.log.map((line) => line.wire)
    if (good === undefined || bad === undefined) throw new Error('two were ordered')
    const forged = { ...bad, personal: { ...personal, key: 'job/j2', text: '{"name":"Eve"}' } }
    const taken = must(ledger.receive(page(good, forged), 2))
    expect(ledger.personal('job/j1')).toBe('{"name":"Ada"}')
    expect(ledger.personal('job/j2')).toBeUndefined()
    expect(taken.troubles.map(({ cursor, trouble }) => [cursor, trouble.code])).toEqual([
      [2, 'personal-mismatch'],
    ])
    // The entry itself is no worse for it.
    expect(ledger.get('job', 'j2')?.state).toBe('Creating')
  })
})

describe('an entry nobody can use', () => {
  const [good] = ordered(put('j9'))
  const text = good?.text ?? ''
  const poison: [string, string, WireEntry][] = [
    ['whose text is not its hash', 'hash-mismatch', { text: `${text} `, hash: good?.hash ?? '' }],
    ['that is no JSON', 'not-an-entry', wire('{"half')],
    ['that is no entry', 'not-an-entry', wire('[1,2,3]')],
    ['with an id that is none', 'not-an-entry', wire(text.replace(/"id":"[^"]*"/, '"id":{"$gt":""}'))],
    ['in a later format', 'not-an-entry', wire(text.replace('"format":1', '"format":2'))],
    ['with a member nobody knows', 'not-an-entry', wire(text.replace('{', '{"extra":1,'))],
    ['that is half a surrogate pair', 'not-an-entry', wire('"\ud83d"')],
    ['with a NUL in it', 'not-an-entry', wire('{"a":"\u0000"}')],
    ['of an unknown kind', 'unknown-kind', changed(good, { kind: 'drive-teleported' })],
    ['whose kind is a name of JavaScript', 'unknown-kind', changed(good, { kind: 'constructor' })],
    ['with a newer body', 'newer-body', changed(good, { version: 2 })],
    ['with a body of another shape', 'not-foldable', changed(good, { body: { job: 'j9' } })],
    [
      'with SQL for an id',
      'not-foldable',
      changed(good, { body: { job: { ...bodyOf(good), id: { a: "');--" } } } }),
    ],
    [
      'whose truth is no record',
      'not-foldable',
      changed(good, {
        kind: 'consequence-refused',
        body: {
          fact: 'f',
          station: 'dock-1',
          code: 'c',
          sentence: 's',
          truth: [{ kind: '__proto__', id: 'x' }],
        },
      }),
    ],
    [
      'that is impossible',
      'illegal',
      changed(good, {
        kind: 'job-announced',
        body: { job: 'none', package: { carrier: 'x', tracking: 'y', base: 'y' } },
      }),
    ],
  ]

  test.each(poison)('%s is kept, told (%s) and passed by', async (_, code, bad) => {
    const ledger = openDock()
    const [before, after] = ordered(put('j1'), put('j2'))
    if (before === undefined || after === undefined) throw new Error('two were ordered')
    const taken = must(ledger.receive(page(before, bad, after), 3))
    expect(taken.troubles.map(({ cursor, trouble }) => [cursor, trouble.code])).toEqual([[2, code]])
    expect(ledger.get('job', 'j2')?.state).toBe('Creating')
    expect(ledger.get('job', 'j9')).toBeUndefined()
    expect(ledger.entries({ after: 1, limit: 1 })[0]).toMatchObject({
      trouble: code,
      text: bad.text.toWellFormed(),
    })
    // It stays without effect when the views are folded anew, and the journal is sound.
    must(ledger.rebuildViews())
    expect(ledger.get('job', 'j9')).toBeUndefined()
    record(ledger, scanned('s1'))
    expect(must(await ledger.verify())).toMatchObject({ ok: true, entries: 4 })
    expect(must(ledger.receive(page(before, bad, after), 3)).entries).toEqual([])
  })

  test('twice under two cursors is folded once', () => {
    const ledger = openDock()
    const [a] = ordered(put('j1'))
    if (a === undefined) throw new Error('one was ordered')
    const taken = must(ledger.receive(page(a, a), 2))
    expect(taken.entries).toHaveLength(1)
    expect(taken.troubles.map(({ trouble }) => trouble.code)).toEqual(['doubled'])
  })

  test('that is this station’s own is not folded a second time', () => {
    const ledger = openDock()
    record(ledger, scanned('s1'))
    const [own] = ledger.unsent(1)
    if (own === undefined) throw new Error('one was recorded')
    expect(must(ledger.receive(page(own.wire), 1)).troubles.map(({ trouble }) => trouble.code)).toEqual([
      'doubled',
    ])
  })

  function wire(text: string): WireEntry {
    return { text, hash: textHash(text) }
  }

  function bodyOf(from: WireEntry | undefined): Record<string, unknown> {
    return JSON.parse(from?.text ?? '').body.job
  }
})

test('the truth about several stations’ facts replaces records, and later own facts stay on top', () => {
  // Given a drive received here, and a service that says otherwise as of cursor 3
  const ledger = openDock()
  must(ledger.receive(page(...ordered(put('j1'), announced('j1', '1Z1') as LifeEvent)), 2))
  record(
    ledger,
    happened('arrival-opened', { arrival: 'a1', tracking: '1Z1', base: '1Z1', jobs: ['j1'], blind: false }),
  )
  record(ledger, received('j1', 'WD1', 'a1'))
  const job = ledger.get('job', 'j1')
  const drive = ledger.get('drive', 'j1/WD1')
  if (job === undefined || drive === undefined) throw new Error('both are known')
  const { cameFrom: _, arrival: __, receivedAt: ___, ...unseen } = drive
  const truth = ordered(
    happened('consequence-refused', {
      fact: 'f',
      station: 'dock-9',
      code: 'c',
      sentence: 'Not so.',
      truth: [{ ...unseen, state: 'Specified', bytesSucceeded: 7 }],
    }) as LifeEvent,
  )[0]
  if (truth === undefined) throw new Error('one was ordered')
  // When the truth comes before the service has answered the receipt
  must(ledger.receive([{ cursor: 3, entry: truth }], 3))
  // Then the truth holds in what the receipt says nothing of, and the receipt in the rest
  expect(ledger.get('drive', 'j1/WD1')).toMatchObject({ state: 'Received', bytesSucceeded: 7 })
  const before = ledger.get('drive', 'j1/WD1')
  must(ledger.rebuildViews())
  expect(ledger.get('drive', 'j1/WD1')).toEqual(before)
})

test('a record the service does not have goes, and what this station did to it since is tried again', async () => {
  const ledger = openDock()
  record(ledger, ...ready('j1', ['WD1', 'WD2']), received('j1', 'WD1', 'a-j1'))
  record(ledger, happened('return-opened', { return: 'r1', number: 'TDR-1', job: 'j1' }))
  const absent = [
    { kind: 'arrival', id: 'a-j1' },
    { kind: 'return', id: 'r1' },
    { kind: 'copy', id: 'nobody' },
  ] as const
  const body = { fact: 'f', station: 'dock-1', code: 'not-possible', sentence: 'No.', truth: [], absent }
  const [told] = ordered(happened('consequence-refused', body) as LifeEvent)
  if (told === undefined) throw new Error('one was ordered')
  // The service had answered nothing yet: both were made by entries it has not counted in, and so they come back.
  must(ledger.receive([{ cursor: 1, entry: told }], 1))
  expect(absent.map(({ kind, id }) => ledger.get(kind, id)?.id)).toEqual(['a-j1', 'r1', undefined])
  // Once it has answered them, what is told later stands.
  const count = ledger.unsentCount()
  const answers = Array.from({ length: count }, (_, i) => ({
    seq: i + 1,
    answer: 'accepted' as const,
    cursor: 2 + i,
  }))
  must(ledger.answered({ version: 1, answers, head: ledger.head() }))
  const [again] = ordered(happened('consequence-refused', { ...body, fact: 'g' }) as LifeEvent)
  if (again === undefined) throw new Error('one was ordered')
  const text = again.text.replace(/"id":"[^"]*"/, '"id":"00000000-0000-4000-8000-0000000000aa"')
  must(ledger.receive([{ cursor: 99, entry: { text, hash: textHash(text) } }], 99))
  expect(absent.map(({ kind, id }) => ledger.get(kind, id))).toEqual([undefined, undefined, undefined])
  expect(ledger.find('return', 'number', 'TDR-1')).toEqual([])
  expect(ledger.find('arrival', 'job', 'j1')).toEqual([])
  must(ledger.rebuildViews())
  expect(absent.map(({ kind, id }) => ledger.get(kind, id))).toEqual([undefined, undefined, undefined])
})

test('the salted hash of personal data is over salt and text', () => {
  // SHA-256("abc"), FIPS 180-4 example
  expect(personalHash('a', 'bc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
