import { rmSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { ENTRY_FORMAT, type Entry, entryText, NO_HASH, type Personal } from '../../src/contract/entry.ts'
import {
  EXCHANGE_VERSION,
  type PullResponse,
  type PushResponse,
  pullResponse,
  pushResponse,
  type WireEntry,
} from '../../src/contract/exchange.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import type { Outcome } from '../../src/lifecycle/outcome.ts'
import type { RecordKind, RecordOf } from '../../src/lifecycle/records.ts'
import { type AppOptions, createApp } from '../../src/service/http/app.ts'
import { personalHash, sha256 } from '../../src/service/journal/hashes.ts'
import { openWorld } from '../../src/service/open-world.ts'
import type { Role } from '../../src/service/store/store.ts'
import { createToken } from '../../src/service/tokens.ts'
import type { World } from '../../src/service/world.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { runFolder } from '../fixtures/run-folder.ts'

export const SUBSCRIPTION = '0b6f2c1e-1111-4222-8333-0123456789ab'
const GROUP = 'harbor-rg'
export const API = 'api-version=2021-01-01'

export interface Answered<T = unknown> {
  readonly status: number
  readonly body: T
  readonly headers: Readonly<Record<string, unknown>>
}

export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly target?: string }
}

/** A service on a data folder of its own, spoken to in-process. Time passes only when told to. */
export class ServiceUnderTest {
  readonly dir: string
  readonly clock: FakeClock
  readonly ids: CountingIds
  readonly log: FakeLog
  readonly world: World
  readonly app: FastifyInstance
  readonly #tokens = new Map<string, Promise<string>>()

  private constructor(
    parts: Pick<ServiceUnderTest, 'dir' | 'clock' | 'ids' | 'log' | 'world'>,
    options: AppOptions,
  ) {
    this.dir = parts.dir
    this.clock = parts.clock
    this.ids = parts.ids
    this.log = parts.log
    this.world = parts.world
    this.app = createApp(parts.world, options)
  }

  /** `database`: on this PostgreSQL database instead of a file. */
  static async open(
    options: AppOptions = {},
    { database, masterKey }: { readonly database?: string; readonly masterKey?: string } = {},
  ): Promise<ServiceUnderTest> {
    const parts = {
      dir: runFolder('service'),
      clock: new FakeClock(),
      ids: new CountingIds(1),
      log: new FakeLog(),
    }
    const opened = await openWorld({ dataDir: parts.dir, database, masterKey, ...parts })
    if (!opened.ok) rmSync(parts.dir, { recursive: true, force: true })
    return new ServiceUnderTest({ ...parts, world: must(opened) }, options)
  }

  async end(): Promise<void> {
    await this.app.close()
    await this.world.store.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** One token for each role and subscription (or station). */
  token(role: Role = 'customer', subscription = SUBSCRIPTION): Promise<string> {
    const key = `${role} ${subscription}`
    const known = this.#tokens.get(key)
    if (known !== undefined) return known
    const order = role === 'customer' ? { role, subscription } : { role }
    const made = createToken(this.world, order).then((created) => must(created).token)
    this.#tokens.set(key, made)
    return made
  }

  async call<T = unknown>(
    method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST',
    url: string,
    body?: unknown,
    token?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered<T>> {
    const reply = await this.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token ?? (await this.token())}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    return {
      status: reply.statusCode,
      body: (reply.body === '' ? undefined : JSON.parse(reply.body)) as T,
      headers: reply.headers,
    }
  }

  put<T = JobBody>(name: string, body: unknown, where: Where = {}): Promise<Answered<T>> {
    return this.call<T>('PUT', `${jobPath(name, where)}?${API}`, body, where.token)
  }

  patch<T = JobBody>(name: string, body: unknown, where: Where = {}): Promise<Answered<T>> {
    return this.call<T>('PATCH', `${jobPath(name, where)}?${API}`, body, where.token)
  }

  get<T = JobBody>(name: string, where: Where = {}): Promise<Answered<T>> {
    return this.call<T>('GET', `${jobPath(name, where)}?${API}`, undefined, where.token)
  }

  remove<T = ErrorAnswer>(name: string, where: Where = {}): Promise<Answered<T>> {
    return this.call<T>('DELETE', `${jobPath(name, where)}?${API}`, undefined, where.token)
  }

  keys<T = { value: { driveId: string; bitLockerKey: string }[] }>(name: string, where: Where = {}) {
    return this.call<T>('POST', `${jobPath(name, where)}/listBitLockerKeys?${API}`, undefined, where.token)
  }

  async push(station: string, entries: readonly WireEntry[]): Promise<PushResponse> {
    const body = { version: EXCHANGE_VERSION, station, entries }
    const token = await this.token('station', station)
    const answered = await this.call('POST', '/dock/v1/entries', body, token)
    return pushResponse.parse(answered.body)
  }

  async pull(station: string, after = 0, limit = 500): Promise<PullResponse> {
    const url = `/dock/v1/changes?station=${station}&after=${after}&limit=${limit}`
    return pullResponse.parse((await this.call('GET', url, undefined, await this.token('station'))).body)
  }

  /** What the log holds of a kind, oldest first. */
  async told(kind?: string): Promise<Entry[]> {
    const entries: Entry[] = []
    for (let after = 0; ; ) {
      const page = await this.pull('nobody', after)
      entries.push(...page.changes.map((change) => JSON.parse(change.entry.text) as Entry))
      if (!page.more) return kind === undefined ? entries : entries.filter((entry) => entry.kind === kind)
      after = page.cursor
    }
  }

  record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined> {
    return this.world.store.read((tx) => tx.record(kind, id))
  }

  /** Puts a job and announces its package; answers its id. */
  async shippingJob(name = 'j', serials: readonly string[] = ['QZ71M0042', 'QZ71M0043']): Promise<string> {
    await this.put(name, importJob({ driveList: serials.map((serial) => drive(serial)) }))
    await this.patch(name, { properties: { state: 'Shipping', deliveryPackage: PARCEL } })
    return this.jobId(name)
  }

  /** Id of the live job of this name. */
  async jobId(name: string): Promise<string> {
    const puts = await this.told('job-put')
    const ids = puts.map((entry) => entry.body.job as { id: string; name: string })
    const id = ids.findLast((job) => job.name.toLowerCase() === name.toLowerCase())?.id
    if (id === undefined) throw new Error(`no job ${name} was put`)
    return id
  }
}

export interface Where {
  readonly subscription?: string
  readonly group?: string
  readonly token?: string
}

export function jobPath(name: string, { subscription = SUBSCRIPTION, group = GROUP }: Where = {}): string {
  return `${groupPath(subscription, group)}/${encodeURIComponent(name)}`
}

export function groupPath(subscription = SUBSCRIPTION, group = GROUP): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ImportExport/jobs`
}

/** The parts of a Job resource that stories look at. */
export interface JobBody {
  readonly id: string
  readonly name: string
  readonly location: string
  readonly tags?: Record<string, unknown>
  readonly properties: {
    readonly state: string
    readonly cancelRequested: boolean
    readonly logLevel: string
    readonly backupDriveManifest: boolean
    readonly percentComplete: number
    readonly driveList?: readonly {
      readonly driveId: string
      readonly state: string
      readonly percentComplete?: number
      readonly bytesSucceeded?: number
    }[]
    readonly deliveryPackage?: { readonly trackingNumber: string; readonly carrierName: string }
    readonly returnPackage?: { readonly trackingNumber: string }
    readonly returnAddress?: { readonly recipientName: string }
    readonly returnShipping?: { readonly carrierAccountNumber: string }
    readonly shippingInformation?: { readonly recipientName: string }
  }
}

export const ADDRESS = {
  recipientName: 'Odile Brandt',
  streetAddress1: '3 Lantern Row',
  city: 'Elverhaven',
  postalCode: '40820',
  countryOrRegion: 'Norland',
  phone: '5550101234',
  email: 'odile@brandt.example',
}
export const SHIPPING = { carrierName: 'FedEx', carrierAccountNumber: '733100455' }
export const PARCEL = { carrierName: 'FedEx', trackingNumber: '612990000777', driveCount: 2 }
export const KEY = '112233-445566-778899-001122-334455-667788-990011-223344'

export function drive(driveId: string, more: object = {}) {
  return {
    driveId,
    bitLockerKey: KEY,
    manifestFile: '\\DriveManifest.xml',
    manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
    ...more,
  }
}

/** A PUT body of an import job; `properties` are laid over the usual ones. */
export function importJob(properties: object = {}, more: object = {}) {
  return {
    location: 'West US',
    properties: {
      storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/store`,
      jobType: 'Import',
      returnAddress: ADDRESS,
      returnShipping: SHIPPING,
      driveList: [drive('QZ71M0042'), drive('QZ71M0043')],
      ...properties,
    },
    ...more,
  }
}

export function exportJob(properties: object = {}) {
  const { driveList: _, ...others } = importJob().properties
  return {
    location: 'westus',
    properties: {
      ...others,
      jobType: 'Export',
      export: { blobList: { blobPath: ['charts/north.pdf'], blobPathPrefix: ['/surveys/'] } },
      ...properties,
    },
  }
}

/** A scan that changed nothing. */
export const look = (text: string) => ({
  kind: 'scan-read',
  body: {
    scan: `scan-${text.replace(/\p{Cc}/gu, '')}`,
    text,
    verdict: { verdict: 'look-up', say: 'unknown', next: 'scan-next', facts: {} },
  },
})

/** Writes a station's entries, each continuing the one before. */
export class Lane {
  readonly station: string
  readonly #ids: CountingIds
  seq = 0
  prev = NO_HASH
  /** The cursor up to which this station has heard of the others. */
  known = 0

  constructor(station: string, maker = 50) {
    this.station = station
    this.#ids = new CountingIds(maker)
  }

  write(
    happened: LifeEvent | { kind: string; body: object },
    more: Partial<Entry> & { side?: Personal } = {},
  ) {
    const { side, ...members } = more
    const entry: Entry = {
      format: ENTRY_FORMAT,
      id: this.#ids.uuid(),
      station: this.station,
      seq: this.seq + 1,
      at: Date.UTC(2026, 0, 5, 8) + this.seq,
      actor: 'b-17',
      kind: happened.kind,
      version: 1,
      body: { ...happened.body },
      ...(side === undefined
        ? {}
        : { personal: { key: side.key, hash: personalHash(side.salt, side.text) } }),
      after: { cursor: this.known, chain: NO_HASH },
      prev: this.prev,
      ...members,
    }
    return this.raw(entryText(entry), side)
  }

  /** Any text as this lane's next entry. */
  raw(text: string, side?: Personal): WireEntry {
    this.seq += 1
    this.prev = sha256(text)
    return { text, hash: this.prev, ...(side === undefined ? {} : { personal: side }) }
  }
}

export function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence} ${outcome.failure.detail ?? ''}`)
}
