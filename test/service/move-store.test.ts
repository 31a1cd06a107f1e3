import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { WireEntry } from '../../src/contract/exchange.ts'
import { openWorld } from '../../src/service/open-world.ts'
import { moveStore } from '../../src/service/store/move/move-store.ts'
import { openPgStore } from '../../src/service/store/pg/open-pg-store.ts'
import { SERVICE_KEY, startCommand } from '../fixtures/postgres/command.ts'
import { Link } from '../fixtures/postgres/link.ts'
import { type TestDatabase, testDatabase } from '../fixtures/postgres/test-database.ts'
import { drive, importJob, KEY, Lane, look, must, ServiceUnderTest } from './service-under-test.ts'

let database: TestDatabase
/** The dock as it was, on SQLite, and still running. */
let old: ServiceUnderTest
let lane: Lane
beforeEach(async () => {
  database = await testDatabase()
  old = await ServiceUnderTest.open({}, { masterKey: SERVICE_KEY })
  lane = new Lane('dock \u0001 "1"')
  await old.shippingJob('survey', ['QZ71M0042', 'QZ71M0043'])
  await old.put('plain', importJob({ driveList: [drive('ZZ1')] }))
  await old.push(lane.station, [
    lane.write(look('before')),
    lane.raw('no entry \u0000 at all'),
    lane.write(look('who'), { side: { key: 'note:1', salt: 'ab', text: '{"note":"Ä \\u0000"}' } }),
  ])
})
afterEach(async () => {
  await old.end()
  await database.drop()
})

const file = () => join(old.dir, 'service.sqlite')

async function movedService(): Promise<ServiceUnderTest> {
  const moved = await ServiceUnderTest.open({}, { database: database.url, masterKey: SERVICE_KEY })
  onTestFinished(() => moved.end())
  // Its ids have to be new to what was moved.
  for (let used = 0; used < 1_000; used++) moved.ids.uuid()
  return moved
}

/** A station keeps its token. */
async function pushWithOldToken(now: ServiceUnderTest, entry: WireEntry) {
  const body = { version: 1, station: lane.station, entries: [entry] }
  const token = await old.token('station', lane.station)
  return (await now.call<{ answers: unknown }>('POST', '/dock/v1/entries', body, token)).body.answers
}

describe('a dock that moves to PostgreSQL', () => {
  test('has everything there, and goes on where it was', async () => {
    const before = { told: await old.told(), job: (await old.get('survey')).body, head: await headOf(old) }
    const moved = must(await moveStore(file(), database.url))
    expect(moved).toMatchObject({ already: false, entries: before.head.cursor, chain: before.head.chain })
    expect(moved.tables.change_log?.rows).toBe(before.head.cursor)

    const now = await movedService()
    expect(await headOf(now)).toEqual(before.head)
    expect(await now.told()).toEqual(before.told)
    expect((await now.get('survey')).body).toEqual(before.job)
    const keys = await now.keys('survey')
    expect(keys.body.value.map(({ bitLockerKey }) => bitLockerKey)).toEqual([KEY, KEY])
    const next = lane.write(look('after'))
    expect(await pushWithOldToken(now, next)).toMatchObject([{ seq: 4, answer: 'accepted' }])
  })

  test('is closed behind itself: nothing gets lost in the old file', async () => {
    must(await moveStore(file(), database.url))
    const entry = lane.write(look('late'))
    const body = { version: 1, station: lane.station, entries: [entry] }
    const late = await old.call('POST', '/dock/v1/entries', body, await old.token('station', lane.station))
    expect(late.status).toBe(503)
    const parts = { clock: old.clock, ids: old.ids, log: old.log }
    expect(await openWorld({ dataDir: old.dir, masterKey: SERVICE_KEY, ...parts })).toMatchObject({
      ok: false,
      failure: { code: 'database-moved' },
    })
    expect(await moveStore(file(), database.url)).toMatchObject({ failure: { code: 'already-moved' } })
    const now = await movedService()
    expect(await pushWithOldToken(now, entry)).toMatchObject([{ seq: 4, answer: 'accepted' }])
  })

  test('never mixes with what is there already, and stays as it was', async () => {
    const other = await movedService()
    await other.put('theirs', importJob())
    expect(await moveStore(file(), database.url)).toMatchObject({ failure: { code: 'target-not-empty' } })
    expect((await old.put('more', importJob({ driveList: [drive('ZZ2')] }))).status).toBe(201)
  })

  test('says what is missing', async () => {
    expect(await moveStore(join(old.dir, 'nowhere.sqlite'), database.url)).toMatchObject({
      failure: { code: 'nothing-to-move' },
    })
    const gone = new URL(database.url)
    gone.port = '9'
    const failed = await moveStore(file(), gone.href)
    expect(failed).toMatchObject({ failure: { code: 'database-unreachable' } })
    expect(JSON.stringify(failed)).not.toContain(gone.password)
  })
})

describe('a move that is cut off', () => {
  test('by a kill in the middle leaves both sides as they were, and is simply run again', async () => {
    await (await movedSchema()).close()
    // It gets as far as this table and waits there; that is where it is killed.
    const held = await database.hold('lock table lookups in share mode')
    const where = { database: database.url, dataDir: old.dir }
    const cut = startCommand(['service', 'migrate'], where)
    await expect.poll(cut.said, { timeout: 30_000 }).toContain('records:')
    cut.child.kill('SIGKILL')
    await cut.ended
    await held.release()
    expect((await old.push(lane.station, [lane.write(look('meanwhile'))])).answers).toMatchObject([
      { answer: 'accepted' },
    ])

    const head = await headOf(old)
    const again = await startCommand(['service', 'migrate'], where).ended
    expect(again).toMatchObject({ code: 0 })
    expect(JSON.parse(again.out)).toMatchObject({ entries: head.cursor, chain: head.chain })
    expect(again.out + again.said).not.toContain(new URL(database.url).password)
    expect(await headOf(await movedService())).toEqual(head)
  })

  test('behind its commit is finished by the next run', async () => {
    const server = new URL(database.url)
    const link = await Link.to(server.hostname, Number(server.port))
    onTestFinished(() => link.close())
    const through = new URL(database.url)
    through.port = String(link.port)
    const head = await headOf(old)
    const broken = await moveStore(file(), through.href, () => link.breakBehind('commit'))
    expect(broken).toMatchObject({ failure: { code: 'move-broke-off' } })
    expect(must(await moveStore(file(), through.href))).toMatchObject({ already: true, chain: head.chain })
    expect(await headOf(await movedService())).toEqual(head)
  })
})

const movedSchema = async () => must(await openPgStore(database.url))
const headOf = (service: ServiceUnderTest) => service.world.store.read((tx) => tx.logHead())
