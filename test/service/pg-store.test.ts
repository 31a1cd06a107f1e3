import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openPgStore } from '../../src/service/store/pg/open-pg-store.ts'
import type { Store } from '../../src/service/store/store.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { Link } from '../fixtures/postgres/link.ts'
import { type TestDatabase, testDatabase } from '../fixtures/postgres/test-database.ts'
import { job, line, serviceStoreSuite } from '../suites/service-store.ts'
import { importJob, Lane, look, must, ServiceUnderTest } from './service-under-test.ts'

let database: TestDatabase
const opened: Store[] = []
const open = async (more: { busyWaitMs?: number } = {}) => {
  const store = must(await openPgStore(database.url, { timers: systemTimers, ...more }))
  opened.push(store)
  return store
}
const end = async () => {
  for (const store of opened.splice(0)) await store.close()
  await database.drop()
}

serviceStoreSuite('PostgreSQL', async () => {
  database = await testDatabase()
  return { store: await open(), second: open, crashAndReopen: open, end }
})

describe('the PostgreSQL database', () => {
  beforeEach(async () => {
    database = await testDatabase()
  })
  afterEach(end)

  test('shows nothing behind a cursor that was handed out, while transactions overlap', async () => {
    const [first, second, reader] = [await open(), await open(), await open()]
    const visible = () =>
      reader.read(async (tx) => {
        const told = await tx.changes({ after: 0, except: '', limit: 10 })
        return [(await tx.logHead()).cursor, ...told.map(({ cursor }) => cursor)]
      })
    const appended = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    const early = first.write(async (tx) => {
      const cursor = await tx.append(line('dock-1', 1))
      await tx.putRecords([job('a')])
      appended.resolve()
      await letGo.promise
      return cursor
    })
    await appended.promise
    let lateEnded = false
    const late = second
      .write((tx) => tx.append(line('dock-2', 1)))
      .finally(() => {
        lateEnded = true
      })
    // The later one waits at the lock: the server itself says so.
    await expect
      .poll(() =>
        database.query("select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted"),
      )
      .toEqual([{ n: 1 }])
    expect(await visible()).toEqual([0])
    expect(lateEnded).toBe(false)
    letGo.resolve()
    expect([await early, await late]).toEqual([1, 2])
    expect(await visible()).toEqual([2, 1, 2])
  })

  test('is made once, however many processes start together', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => open()))
    expect(stores).toHaveLength(6)
    expect(await database.query('select version::int from tallydock_schema')).toEqual([{ version: 1 }])
  })

  test('of a newer program is refused and left as it is', async () => {
    await database.query(
      'create table tallydock_schema (version bigint); insert into tallydock_schema values (99)',
    )
    expect(await openPgStore(database.url)).toMatchObject({ ok: false, failure: { code: 'database-newer' } })
    const tables = "select count(*)::int as n from pg_tables where schemaname = 'public'"
    expect(await database.query(tables)).toEqual([{ n: 1 }])
  })

  test('that cannot be used is refused with what to do, and never with its password', async () => {
    const changed = (change: (url: URL) => void) => {
      const url = new URL(database.url)
      change(url)
      return openPgStore(url.href)
    }
    const failures = [
      ['database-url-invalid', await openPgStore('mysql://me:hush-hush@127.0.0.1/x')],
      ['database-url-invalid', await openPgStore('postgres://me:hush-hush@127.0.0.1')],
      ['database-url-invalid', await openPgStore('hush-hush')],
      [
        'database-unusable',
        await changed((url) => {
          url.password = 'hush-hush'
        }),
      ],
      [
        'database-unusable',
        await changed((url) => {
          url.pathname = '/nowhere'
        }),
      ],
      [
        'database-unreachable',
        await changed((url) => {
          url.port = '9'
        }),
      ],
    ] as const
    for (const [code, outcome] of failures) expect(outcome).toMatchObject({ ok: false, failure: { code } })
    const told = JSON.stringify(failures)
    for (const secret of ['hush-hush', new URL(database.url).password]) expect(told).not.toContain(secret)
  })

  test('without room for every character is refused', async () => {
    const name = `${new URL(database.url).pathname.slice(1)}_ascii`
    await database.query(`create database ${name} encoding 'SQL_ASCII' template template0`)
    const url = new URL(database.url)
    url.pathname = `/${name}`
    expect(await openPgStore(url.href)).toMatchObject({ ok: false, failure: { code: 'database-unusable' } })
    await database.query(`drop database ${name}`)
  })

  test('held by another process for too long makes a transaction fail as busy, and later ones work', async () => {
    const [store, other] = [await open({ busyWaitMs: 30 }), await open()]
    const letGo = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holding = other.write(async (tx) => {
      await tx.meta('x')
      held.resolve()
      await letGo.promise
    })
    await held.promise
    await expect(store.write((tx) => tx.putRecords([job('a')]))).rejects.toMatchObject({ name: 'StoreBusy' })
    letGo.resolve()
    await holding
    await store.write((tx) => tx.putRecords([job('a')]))
    expect(await store.read((tx) => tx.record('job', 'a'))).toBeDefined()
  })

  test('that ends every connection is asked again, and a transaction cut off is done once', async () => {
    const store = await open()
    await store.write((tx) => tx.append(line('dock-1', 1)))
    const cut = () =>
      database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'tallydock' and datname = current_database()`,
      )
    await cut()
    expect((await store.read((tx) => tx.logHead())).cursor).toBe(1)
    let runs = 0
    await store.write(async (tx) => {
      await tx.append(line('dock-1', 2))
      runs += 1
      if (runs === 1) await cut()
      await tx.meta('x')
    })
    expect(runs).toBe(2)
    expect((await store.read((tx) => tx.logHead())).cursor).toBe(2)
  })
})

describe('a link to PostgreSQL', () => {
  let link: Link
  beforeEach(async () => {
    database = await testDatabase()
    const server = new URL(database.url)
    link = await Link.to(server.hostname, Number(server.port))
  })
  afterEach(async () => {
    await end()
    await link.close()
  })
  const through = () => {
    const url = new URL(database.url)
    url.port = String(link.port)
    return url.href
  }
  const openThrough = async () => {
    const store = must(await openPgStore(through()))
    opened.push(store)
    return store
  }

  test('that breaks during the commit leaves it open whether it was done, and it is not done again', async () => {
    const store = await openThrough()
    let runs = 0
    link.breakBehind('commit')
    const written = store.write(async (tx) => {
      runs += 1
      await tx.append(line('dock-1', 1))
    })
    await expect(written).rejects.toMatchObject({ name: 'StoreUnreachable' })
    expect(runs).toBe(1)
    // It was: who asks now is told.
    expect(await store.read((tx) => tx.stationHead('dock-1'))).toMatchObject({ seq: 1 })
  })

  test('that is down is answered with 503, and with what was asked once it is back', async () => {
    const service = await ServiceUnderTest.open({}, { database: through() })
    onTestFinished(() => service.end())
    await service.put('j', importJob())
    const lane = new Lane('dock-1')
    const entry = lane.write(look('a'))
    expect((await service.push('dock-1', [entry])).answers).toMatchObject([{ answer: 'accepted' }])
    link.cut()
    for (const answered of [await service.get<unknown>('j'), await service.call('GET', '/healthz')])
      expect(answered.status).toBe(503)
    const told = JSON.stringify([service.log, await service.get<unknown>('j')])
    expect(told).not.toContain(new URL(database.url).password)
    link.mend()
    expect((await service.get('j')).status).toBe(200)
    expect((await service.push('dock-1', [entry])).answers).toMatchObject([{ answer: 'known' }])
  })
})
