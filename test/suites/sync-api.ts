import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENTRY_FORMAT, type Entry, entryText, NO_HASH, type Personal } from '../../src/contract/entry.ts'
import { EXCHANGE_VERSION, type PushResponse, type WireEntry } from '../../src/contract/exchange.ts'
import { personalHash, textHash } from '../../src/ledger/canonical.ts'
import type { Outcome } from '../../src/lifecycle/outcome.ts'
import type { ExportSelection, SyncApi } from '../../src/ports/sync-api.ts'
import { CountingIds } from '../fakes/ids.ts'

/** A service that nobody has pushed to yet, under one implementation of the port. */
export interface SyncDock {
  /** The service as this station reaches it. */
  apiFor(station: string): SyncApi
  /** Orders an export job and answers its id. */
  exportJob(wanted: ExportSelection): Promise<string>
  end(): Promise<void>
}

/** What every implementation of `SyncApi` keeps. `prepare` runs before each story. */
export function syncApiSuite(name: string, prepare: () => Promise<SyncDock>): void {
  describe(`SyncApi: ${name}`, () => {
    let dock: SyncDock
    beforeEach(async () => {
      dock = await prepare()
    })
    afterEach(async () => {
      await dock.end()
    })

    const push = async (station: string, entries: readonly WireEntry[]): Promise<PushResponse> =>
      must(await dock.apiFor(station).push({ version: EXCHANGE_VERSION, station, entries: [...entries] }))
    const pull = async (station: string, after = 0, limit = 500) =>
      must(await dock.apiFor(station).pull(station, after, limit))
    /** Everything another station would be told, in order. */
    const told = async (station: string) => (await pull(station)).changes.map((change) => change.entry)

    test('a station that was never heard of stands at the beginning', async () => {
      const answer = await push('dock-1', [])
      expect(answer.answers).toEqual([])
      expect(answer.head).toEqual({ seq: 0, hash: NO_HASH })
    })

    test('entries are taken in order, and the head is the last of them', async () => {
      const lane = new Lane('dock-1')
      const entries = lane.write(3)
      const answer = await push('dock-1', entries)
      expect(answer.answers.map((a) => [a.seq, a.answer])).toEqual([
        [1, 'accepted'],
        [2, 'accepted'],
        [3, 'accepted'],
      ])
      expect(answer.head).toEqual({ seq: 3, hash: entries[2]?.hash })
    })

    test('the same push again is known, keeps its cursors and changes nothing', async () => {
      const entries = new Lane('dock-1').write(3)
      const first = await push('dock-1', entries)
      const second = await push('dock-1', entries)
      expect(second.answers.map((a) => a.answer)).toEqual(['known', 'known', 'known'])
      expect(cursorsOf(second)).toEqual(cursorsOf(first))
      expect(second.head).toEqual(first.head)
      expect(await told('dock-2')).toEqual(entries)
    })

    test('a push may hold entries that are known and entries that are new', async () => {
      const lane = new Lane('dock-1')
      const entries = [...lane.write(2), ...lane.write(2)]
      await push('dock-1', entries.slice(0, 2))
      const answer = await push('dock-1', entries.slice(1))
      expect(answer.answers.map((a) => a.answer)).toEqual(['known', 'accepted', 'accepted'])
      expect(await told('dock-2')).toEqual(entries)
    })

    test('another entry under a known number is different, and nothing of it or behind it is kept', async () => {
      const entries = new Lane('dock-1').write(2)
      const others = new Lane('dock-1', 7).write(3)
      await push('dock-1', entries)
      const answer = await push('dock-1', others)
      expect(answer.answers.map((a) => [a.seq, a.answer])).toEqual([[1, 'different']])
      expect(answer.head.seq).toBe(2)
      expect(await told('dock-2')).toEqual(entries)
    })

    test('an entry that does not continue the one before it is different', async () => {
      const entries = new Lane('dock-1').write(2)
      const others = new Lane('dock-1', 7).write(3)
      await push('dock-1', entries)
      const answer = await push('dock-1', others.slice(2))
      expect(answer.answers.map((a) => [a.seq, a.answer])).toEqual([[3, 'different']])
      expect(await told('dock-2')).toEqual(entries)
    })

    test('entries behind a gap get no answer; the head says where to go on', async () => {
      const entries = new Lane('dock-1').write(4)
      await push('dock-1', entries.slice(0, 1))
      const answer = await push('dock-1', entries.slice(2))
      expect(answer.answers).toEqual([])
      expect(answer.head).toEqual({ seq: 1, hash: entries[0]?.hash })
      expect(await told('dock-2')).toEqual(entries.slice(0, 1))
    })

    test('an entry whose text is not what its hash says is never kept', async () => {
      const [first, second] = new Lane('dock-1').write(2)
      if (first === undefined || second === undefined) throw new Error('two entries were written')
      await dock.apiFor('dock-1').push({
        version: EXCHANGE_VERSION,
        station: 'dock-1',
        entries: [first, { ...second, text: second.text.replace('box 2', 'box 9') }],
      })
      expect(await told('dock-2')).toEqual([first])
    })

    test('a station is told of the others, in the order their entries were taken, and never of itself', async () => {
      const one = new Lane('dock-1')
      const two = new Lane('dock-2', 2)
      const [a, b, c] = [one.write(1), two.write(1), one.write(1)]
      await push('dock-1', a)
      await push('dock-2', b)
      await push('dock-1', c)
      expect(await told('dock-3')).toEqual([...a, ...b, ...c])
      expect(await told('dock-1')).toEqual(b)
      expect(await told('dock-2')).toEqual([...a, ...c])
    })

    test('changes come in pages; the cursor goes on from each and skips the station’s own', async () => {
      const entries = new Lane('dock-1').write(5)
      await push('dock-1', entries)
      const first = await pull('dock-2', 0, 2)
      expect(first.more).toBe(true)
      const second = await pull('dock-2', first.cursor, 2)
      const third = await pull('dock-2', second.cursor, 2)
      expect(third.more).toBe(false)
      const all = [...first.changes, ...second.changes, ...third.changes]
      expect(all.map((change) => change.entry)).toEqual(entries)
      expect(all.map((change) => change.cursor)).toEqual([...all.map((c) => c.cursor)].sort((x, y) => x - y))
      // Asked again, it answers the same; asked at the end, nothing.
      expect((await pull('dock-2', first.cursor, 2)).changes).toEqual(second.changes)
      expect(await pull('dock-2', third.cursor)).toMatchObject({
        changes: [],
        more: false,
        cursor: third.cursor,
      })
      const own = await pull('dock-1')
      expect(own.changes).toEqual([])
      expect(own.cursor).toBe(third.cursor)
    })

    test('an answer names the cursor under which others see the entry', async () => {
      const entries = new Lane('dock-1').write(3)
      const answer = await push('dock-1', entries)
      expect((await pull('dock-2')).changes.map((change) => change.cursor)).toEqual(cursorsOf(answer))
    })

    test('personal data travels beside its entry', async () => {
      const personal: Personal = { key: 'case/1', salt: '00ff', text: '{"note":"call Ada"}' }
      const entries = new Lane('dock-1').write(1, personal)
      await push('dock-1', entries)
      expect((await told('dock-2'))[0]?.personal).toEqual(personal)
    })

    test('texts in any script arrive byte for byte', async () => {
      const lane = new Lane('dock-1')
      const entries = lane.write(1, undefined, 'Kiste № 1 — «Ünïcödé» 箱 \u0000 \u2028 🚚 "\\')
      await push('dock-1', entries)
      expect(await told('dock-2')).toEqual(entries)
    })

    test('the keys of a job nobody knows are not found', async () => {
      const answer = await dock.apiFor('dock-1').keys('00000000-0000-4000-8000-00000000dead')
      expect(answer).toMatchObject({ ok: false, failure: { code: 'not-found' } })
    })

    test('what an export job wants comes as its customer wrote it', async () => {
      const wanted = { blobPath: ['charts/north.pdf', '$root/index.txt'], blobPathPrefix: ['/surveys/'] }
      const job = await dock.exportJob(wanted)
      expect(must(await dock.apiFor('dock-1').exportOf(job))).toEqual(wanted)
      const listed = { blobPath: [], blobPathPrefix: [], blobListBlobPath: 'lists/drives é.xml' }
      const other = await dock.exportJob(listed)
      expect(must(await dock.apiFor('dock-1').exportOf(other))).toEqual(listed)
    })

    test('progress of drives nobody knows is heard calmly, again and again', async () => {
      const drives = [{ job: '00000000-0000-4000-8000-00000000dead', serial: 'WD1', percent: 7, bytes: 700 }]
      const report = { version: EXCHANGE_VERSION, station: 'dock-1', drives } as const
      for (let n = 0; n < 2; n++)
        expect(await dock.apiFor('dock-1').tellProgress({ ...report, drives: [...drives] })).toMatchObject({
          ok: true,
        })
    })

    test('a job that is no live export job wants nothing', async () => {
      const answer = await dock.apiFor('dock-1').exportOf('00000000-0000-4000-8000-00000000dead')
      expect(answer).toMatchObject({ ok: false, failure: { code: 'not-found' } })
    })
  })
}

/** Writes the entries of one station, each continuing the one before. They are scans that changed nothing. */
export class Lane {
  readonly #station: string
  readonly #ids: CountingIds
  #seq = 0
  #prev = NO_HASH

  /** Lanes of different makers never share an id. */
  constructor(station: string, maker = 1) {
    this.#station = station
    this.#ids = new CountingIds(maker)
  }

  write(count: number, personal?: Personal, words?: string): WireEntry[] {
    return Array.from({ length: count }, () => {
      const seq = ++this.#seq
      const text = words ?? `box ${seq}`
      const entry: Entry = {
        format: ENTRY_FORMAT,
        id: this.#ids.uuid(),
        station: this.#station,
        seq,
        at: 1_767_600_000_000 + seq,
        actor: 'b-17',
        kind: 'scan-read',
        version: 1,
        body: {
          scan: this.#ids.uuid(),
          text,
          verdict: { verdict: 'look-up', say: 'unknown', next: 'scan-next', facts: { text } },
        },
        personal: personal && { key: personal.key, hash: personalHash(personal.salt, personal.text) },
        after: { cursor: 0, chain: NO_HASH },
        prev: this.#prev,
      }
      const written = entryText(entry)
      this.#prev = textHash(written)
      return { text: written, hash: this.#prev, ...(personal === undefined ? {} : { personal }) }
    })
  }
}

const cursorsOf = ({ answers }: PushResponse) => answers.map((a) => (a.answer === 'different' ? 0 : a.cursor))

function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence} (${outcome.failure.detail})`)
}
