/**
 * A service's database with very many jobs. One job is ordered and announced through the API itself; the others are its
 * rows again, under other ids, serials and names, multiplied inside the database.
 */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { createApp } from '../../../src/service/http/app.ts'
import { openWorld } from '../../../src/service/open-world.ts'
import { systemClock, systemTimers } from '../../../src/system/clock.ts'
import { systemIds } from '../../../src/system/ids.ts'
import { FakeLog } from '../../fakes/log.ts'

export const SUBSCRIPTION = '0b6f2c1e-1111-4222-8333-0123456789ab'
const GROUP = 'bench'
const JOBS = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.ImportExport/jobs`
export const DRIVES_PER_JOB = 10

/** Which job: from 1. */
export const jobPath = (n: number) => `${JOBS}/bench-${n}?api-version=2021-01-01`
export const jobId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
export const serial = (n: number, drive: number) => `BN${String(n).padStart(7, '0')}${drive}`
export const tracking = (n: number) => `77${String(n).padStart(10, '0')}`

export interface Place {
  readonly dataDir: string
  /** PostgreSQL; the file in the data folder when absent. */
  readonly database?: string | undefined
}

const TEMPLATE = { name: 'template-job', serial: 'TPLSERIAL', tracking: '779999999999' }

/** An empty database with one job in it; answers that job's id. */
async function orderTemplate({ dataDir, database }: Place, drives: number): Promise<string> {
  const clock = systemClock
  const opened = await openWorld({
    dataDir,
    database,
    clock,
    timers: systemTimers,
    ids: systemIds(clock),
    log: new FakeLog(),
  })
  if (!opened.ok) throw new Error(opened.failure.sentence)
  const world = opened.value
  const app = createApp(world, { trusted: new Map([['admin', { role: 'admin', actor: 'bench' }]]) })
  const call = async (method: 'PUT' | 'PATCH', payload: object) => {
    const url = `${JOBS}/${TEMPLATE.name}?api-version=2021-01-01`
    const answer = await app.inject({ method, url, headers: { authorization: 'Bearer admin' }, payload })
    if (answer.statusCode >= 300) throw new Error(answer.body)
  }
  await call('PUT', {
    location: 'West US',
    properties: {
      storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/store`,
      jobType: 'Import',
      returnAddress: {
        recipientName: 'Odile Brandt',
        streetAddress1: '3 Lantern Row',
        city: 'Elverhaven',
        postalCode: '40820',
        countryOrRegion: 'Norland',
        phone: '5550101234',
        email: 'odile@brandt.example',
      },
      returnShipping: { carrierName: 'FedEx', carrierAccountNumber: '733100455' },
      driveList: Array.from({ length: drives }, (_, drive) => ({
        driveId: `${TEMPLATE.serial}${drive}`,
        bitLockerKey: '112233-445566-778899-001122-334455-667788-990011-223344',
        manifestFile: '\\DriveManifest.xml',
        manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
      })),
    },
  })
  await call('PATCH', {
    properties: {
      state: 'Shipping',
      deliveryPackage: { carrierName: 'FedEx', trackingNumber: TEMPLATE.tracking, driveCount: drives },
    },
  })
  const [job] = await world.store.read((tx) => tx.jobsByName({ prefix: `${SUBSCRIPTION}/`, limit: 1 }))
  if (job === undefined) throw new Error('the template job is not there')
  await app.close()
  await world.store.close()
  return job.id
}

/** Makes jobs 1 … `count`, each with `drives` drives, announced and on their way. */
export async function fillJobs(place: Place, count: number, drives = DRIVES_PER_JOB): Promise<void> {
  const template = await orderTemplate(place, drives)
  const pad = (digits: number) =>
    place.database === undefined ? `printf('%0${digits}d', n.n)` : `lpad(n.n::text, ${digits}, '0')`
  const renamed = (column: string) =>
    [
      [template, `'00000000-0000-4000-8000-' || ${pad(12)}`],
      [TEMPLATE.name, `'bench-' || n.n`],
      [TEMPLATE.serial, `'BN' || ${pad(7)}`],
      [TEMPLATE.tracking, `'77' || ${pad(10)}`],
    ].reduce((sql, [what, by]) => `replace(${sql}, '${what}', ${by})`, `t.${column}`)
  const numbers =
    place.database === undefined
      ? `(with recursive c (n) as (select 1 union all select n + 1 from c where n < ${count}) select n from c) n`
      : `generate_series(1, ${count}) n (n)`
  const tables: readonly [table: string, columns: readonly string[], where: string, order: string][] = [
    ['records', ['kind', 'id', 'due', 'body', 'changed'], `t.id like '${template}%'`, 't.kind, n.n, t.id'],
    ['lookups', ['kind', 'field', 'value', 'id'], `t.id like '${template}%'`, 't.kind, t.field, n.n, t.id'],
    ['documents', ['job', 'body'], `t.job = '${template}'`, 'n.n'],
    ['personal', ['key', 'salt', 'text', 'hash'], `t.key = 'job:${template}'`, 'n.n'],
  ]
  const kept = new Set(['due', 'kind', 'field', 'salt', 'text', 'hash', 'changed'])
  const statements = tables.map(
    ([table, columns, where, order]) =>
      `insert into ${table} (${columns.join(', ')})
       select ${columns.map((column) => (kept.has(column) ? `t.${column}` : renamed(column))).join(', ')}
       from ${table} t cross join ${numbers} where ${where} order by ${order}`,
  )
  if (place.database === undefined) {
    const db = new Database(join(place.dataDir, 'service.sqlite'))
    db.transaction(() => {
      for (const statement of statements) db.exec(statement)
    })()
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    return
  }
  const client = new pg.Client(place.database)
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.query('vacuum analyze')
  await client.query('checkpoint')
  await client.end()
}
