/** Two service processes on one PostgreSQL, real ones, and what is left when one is killed. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import { EXCHANGE_VERSION, type WireEntry } from '../../src/contract/exchange.ts'
import { createHttpSyncApi, type HttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import {
  SERVICE_KEY,
  type ServiceProcess,
  startCommand,
  startServiceProcess,
} from '../fixtures/postgres/command.ts'
import { type TestDatabase, testDatabase } from '../fixtures/postgres/test-database.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { Dock } from './dock-stories.ts'
import { importJob, Lane, look, must, ServiceUnderTest } from './service-under-test.ts'

let database: TestDatabase
/** The same database, looked at from this process, with a clock in the past. */
let inside: ServiceUnderTest
const started: ServiceProcess[] = []
const apis: HttpSyncApi[] = []

beforeEach(async () => {
  database = await testDatabase()
  inside = await ServiceUnderTest.open({}, { database: database.url, masterKey: SERVICE_KEY })
})
afterEach(async () => {
  for (const api of apis.splice(0)) api.close()
  for (const service of started.splice(0)) await service.kill()
  await inside.end()
  await database.drop()
})

async function start(): Promise<ServiceProcess> {
  const service = await startServiceProcess(database.url, temporaryFolder())
  started.push(service)
  return service
}

async function stationAt({ url, ca }: ServiceProcess, station: string): Promise<HttpSyncApi> {
  const token = await inside.token('station', station)
  const api = must(createHttpSyncApi({ url, ca, token, timers: systemTimers }))
  apis.push(api)
  return api
}

const push = (api: HttpSyncApi, station: string, entries: readonly WireEntry[]) =>
  api.push({ version: EXCHANGE_VERSION, station, entries: [...entries] })

/** Pushes all of it, over whichever service answers, as a station does: going on from the head it is told. */
async function deliver(
  station: string,
  entries: readonly WireEntry[],
  by: readonly HttpSyncApi[],
): Promise<void> {
  for (let turn = 0, sent = 0; sent < entries.length; turn++) {
    const api = by[turn % by.length]
    if (api === undefined) throw new Error('no service to push to')
    const pushed = await push(api, station, entries.slice(sent, sent + 20))
    if (pushed.ok) sent = pushed.value.head.seq
    else if (pushed.failure.code === 'not-allowed') throw new Error(pushed.failure.sentence)
  }
}

/** What the log holds of each station: texts in the order of their cursors. */
async function history(): Promise<Map<string, string[]>> {
  const kept = new Map<string, string[]>()
  for (const { station, text } of await database.query(
    'select station, text from change_log order by cursor',
  ))
    kept.set(String(station), [...(kept.get(String(station)) ?? []), String(text)])
  return kept
}

async function expectWholeLog(lanes: ReadonlyMap<string, readonly WireEntry[]>): Promise<void> {
  const kept = await history()
  for (const [station, entries] of lanes) expect(kept.get(station)).toEqual(entries.map(({ text }) => text))
  const [cursors] = await database.query(
    'select count(*)::int as n, max(cursor)::int as last, count(distinct id)::int as ids from change_log',
  )
  expect(cursors).toEqual({ n: cursors?.n, last: cursors?.n, ids: cursors?.n })
}

const written = (station: string, maker: number, count: number): WireEntry[] => {
  const lane = new Lane(station, maker)
  return Array.from({ length: count }, (_, i) => lane.write(look(`${station} ${i}`)))
}

test('killed in the middle of a push, the other one has nothing of it twice and nothing is lost', async () => {
  const [first, second] = [await start(), await start()]
  const entries = written('dock-1', 61, 60)
  // Its transaction is open and its lines wait to be written: there it is killed.
  const held = await database.hold('lock table change_log in share mode')
  const lost = push(await stationAt(first, 'dock-1'), 'dock-1', entries)
  const waiting =
    "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into change_log%'"
  await expect.poll(() => database.query(waiting), { timeout: 20_000 }).toEqual([{ n: 1 }])
  await first.kill()
  expect(await lost).toMatchObject({ ok: false })
  await held.release()
  const again = await push(await stationAt(second, 'dock-1'), 'dock-1', entries)
  expect(must(again).answers.map(({ seq, answer }) => [seq, answer])).toEqual(
    entries.map((_, i) => [i + 1, 'accepted']),
  )
  await expectWholeLog(new Map([['dock-1', entries]]))
})

test('killed while six stations push to both, every entry is there once and in order', async () => {
  const [first, second] = [await start(), await start()]
  const lanes = new Map(
    Array.from({ length: 6 }, (_, i) => [`dock-${i}`, written(`dock-${i}`, 70 + i, 300)] as const),
  )
  const delivered = [...lanes].map(async ([station, entries], i) => {
    const both = [await stationAt(first, station), await stationAt(second, station)]
    return deliver(station, entries, i % 2 === 0 ? both : both.toReversed())
  })
  await expect
    .poll(async () => (await inside.world.store.read((tx) => tx.logHead())).cursor, {
      timeout: 20_000,
      interval: 5,
    })
    .toBeGreaterThan(300)
  await first.kill()
  await Promise.all(delivered)
  await expectWholeLog(lanes)
})

test('killed in the middle of a sweep, what is left falls due once, and is done once', async () => {
  const jobs = 40
  for (let i = 0; i < jobs; i++) await inside.put(`job-${i}`, importJob({ driveList: [] }))
  const deleted = async () =>
    (await database.query("select count(*)::int as n from change_log where kind = 'job-deleted'"))[0]
      ?.n as number
  // The first deletion goes through and the next one waits, with the sweeper's lock held.
  await database.query(`
    create function stop_behind_first() returns trigger language plpgsql as $$
    begin
      if (select count(*) from change_log where kind = 'job-deleted') >= 5 then perform pg_sleep(600); end if;
      return new;
    end $$;
    create trigger stop_behind_first before insert on change_log for each row
      when (new.kind = 'job-deleted') execute function stop_behind_first()`)
  const first = await start()
  await expect.poll(deleted, { timeout: 20_000 }).toBe(5)
  const second = await start()
  // The second one finds the sweep taken and leaves it alone.
  const asked = await startCommand(['due', '--apply'], { database: database.url, dataDir: temporaryFolder() })
    .ended
  expect(asked.code).toBe(3)
  expect(JSON.parse(asked.out)).toMatchObject({ elsewhere: true })
  await first.kill()
  await database.query(`
    select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep';
    drop function stop_behind_first cascade`)
  await expect
    .poll(() => database.query("select count(*)::int as n from pg_locks where locktype = 'advisory'"))
    .toEqual([{ n: 0 }])
  const rest = await startCommand(['due', '--apply'], { database: database.url, dataDir: temporaryFolder() })
    .ended
  expect(rest.code).toBe(0)
  expect(await deleted()).toBe(jobs)
  const each =
    'select count(distinct text::jsonb #>> $${body,job}$$)::int as n from change_log where kind = $$job-deleted$$'
  expect(await database.query(each)).toEqual([{ n: jobs }])
  await second.stop()
})

test('the same drive at two stations in the same second is received once, and both are told within 2 s', async () => {
  const [first, second] = [await start(), await start()]
  const job = await inside.shippingJob()
  const docks = await Promise.all(
    (
      [
        ['dock-1', first],
        ['dock-2', second],
      ] as const
    ).map(async ([name, service], i) => {
      const lane = new Lane(name, 80 + i)
      const story = new Dock(inside, lane, job, `arrival-${name}`)
      return { name, lane, api: await stationAt(service, name), story }
    }),
  )
  const [one, two] = docks
  if (one === undefined || two === undefined) throw new Error('no docks')
  for (const { story } of docks) await story.tell(story.opened())
  const head = (await inside.world.store.read((tx) => tx.logHead())).cursor

  const begun = performance.now()
  const answers = await Promise.all(
    docks.map(async ({ name, lane, api, story }) => {
      lane.known = head
      return must(await push(api, name, [lane.write(story.received('QZ71M0042'))]))
    }),
  )
  const told = await Promise.all(docks.map(({ name, api }) => followUntilTold(api, name, head)))
  expect(performance.now() - begun).toBeLessThan(2_000)

  expect(answers.map(({ answers: [only] }) => only?.answer).sort()).toEqual(['accepted', 'refused'])
  const loser = answers.findIndex(({ answers: [only] }) => only?.answer === 'refused')
  const [winning, losing] = loser === 0 ? [two, one] : [one, two]
  expect(answers[loser]?.answers).toMatchObject([{ code: 'already-received' }])
  // Whoever was second hears that the other one has it; whoever was first hears of the second package.
  const heard = (name: string) => told[docks.findIndex((dock) => dock.name === name)] ?? []
  expect(heard(losing.name).map(({ kind }) => kind)).toContain('drive-received')
  expect(heard(winning.name).map(({ kind }) => kind)).toContain('consequence-refused')
  expect(
    await inside
      .record('drive', `${job}/QZ71M0042`)
      .then((drive) => drive ?? inside.record('drive', `${job}:QZ71M0042`)),
  ).toMatchObject({
    state: 'Received',
    arrival: winning.story.arrival,
  })
})

/** Pulls, as a station does every half second, until the other station's word on the drive has come. */
async function followUntilTold(api: HttpSyncApi, station: string, after: number): Promise<Entry[]> {
  const heard: Entry[] = []
  for (let cursor = after; ; ) {
    const page = must(await api.pull(station, cursor, 100))
    heard.push(...page.changes.map(({ entry }) => JSON.parse(entry.text) as Entry))
    cursor = page.cursor
    const kinds = heard.map(({ kind }) => kind)
    if (kinds.includes('drive-received') && kinds.includes('consequence-refused')) return heard
    await pause(50)
  }
}
