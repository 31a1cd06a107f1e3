import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MIGRATIONS, migrate } from '../../src/service/store/sqlite/migrations.ts'
import { openSqliteStore } from '../../src/service/store/sqlite/open-sqlite-store.ts'
import type { Store } from '../../src/service/store/store.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { runFolder } from '../fixtures/run-folder.ts'
import { job, serviceStoreSuite } from '../suites/service-store.ts'
import { must } from './service-under-test.ts'

let dir: string
const path = () => join(dir, 'service.sqlite')

serviceStoreSuite('SQLite', async () => {
  dir = runFolder('store')
  const opened: Store[] = []
  const open = async () => {
    const store = must(openSqliteStore(path(), { timers: systemTimers }))
    opened.push(store)
    return store
  }
  return {
    store: await open(),
    second: open,
    // The first store never gets to close: what it said was durable has to be in the files.
    crashAndReopen: open,
    end: async () => {
      for (const store of opened) await store.close()
      rmSync(dir, { recursive: true })
    },
  }
})

describe('the SQLite file', () => {
  beforeEach(() => {
    dir = runFolder('store')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test('is in WAL mode and syncs every commit', async () => {
    const store = must(openSqliteStore(path()))
    const db = new Database(path())
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
    db.close()
    await store.close()
  })

  test('of a newer program is refused and left as it is', () => {
    const db = new Database(path())
    db.pragma('user_version = 99')
    db.close()
    expect(openSqliteStore(path())).toMatchObject({ ok: false, failure: { code: 'database-newer' } })
    const after = new Database(path())
    expect(after.pragma('user_version', { simple: true })).toBe(99)
    expect(after.prepare('select count(*) as n from sqlite_master').get()).toEqual({ n: 0 })
    after.close()
  })

  test('that is no database, or in no folder, is refused with what to do', () => {
    writeFileSync(path(), 'this is a letter, not a database, and it is long enough to be read as one')
    expect(openSqliteStore(path())).toMatchObject({ ok: false, failure: { code: 'database-unreadable' } })
    expect(openSqliteStore(join(dir, 'nowhere', 'x.sqlite'))).toMatchObject({
      ok: false,
      failure: { code: 'database-unreadable' },
    })
  })

  test('is upgraded step by step, all or nothing', () => {
    const db = new Database(path())
    expect(migrate(db, ['create table a (x)'])).toMatchObject({ ok: true })
    expect(() => migrate(db, ['', 'create table b (x)', 'this is no statement'])).toThrow()
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    migrate(db, ['', 'create table b (x)'])
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    expect(db.prepare("select name from sqlite_master where type = 'table' order by 1").all()).toEqual([
      { name: 'a' },
      { name: 'b' },
    ])
    db.close()
  })

  test.each([
    ['between transactions', systemTimers],
    ['inside SQLite', undefined],
  ])(
    'held by another process for too long (waiting %s) makes a transaction fail as busy, and later ones work',
    async (_where, timers) => {
      const store = must(openSqliteStore(path(), { busyWaitMs: 20, timers }))
      const other = new Database(path())
      other.exec('begin immediate')
      await expect(store.write((tx) => tx.putRecords([job('a')]))).rejects.toMatchObject({
        name: 'StoreBusy',
      })
      other.exec('rollback')
      other.close()
      await store.write((tx) => tx.putRecords([job('a')]))
      expect(await store.read((tx) => tx.record('job', 'a'))).toBeDefined()
      await store.close()
    },
  )
})
