/**
 * A whole receiving floor in one process: the real service over TLS, real stations with their ledgers and sync loops, and
 * one clock that can be moved by days. Customers speak to the API, operators scan.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { StationConfig } from '../../src/contract/config.ts'
import type { Entry } from '../../src/contract/entry.ts'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import type { Clock, Timers } from '../../src/ports/clock.ts'
import { type RunningService, startService } from '../../src/service/start-service.ts'
import { startStation } from '../../src/station/start-station.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { Dockside } from './dockside.ts'
import { must } from './must.ts'
import { Wire } from './wire.ts'

const SITE = 'homedock'
const SUBSCRIPTION = '0b6f2c1e-1111-4222-8333-0123456789ab'
const STATION_TOKEN = 'floor-station'
const CUSTOMER_TOKEN = 'floor-customer'
const DAY_MS = 86_400_000
/** As `start-service.ts` has it. */
const SWEEP_EVERY_MS = 600_000
const NO_MANIFEST = 'D41D8CD98F00B204E9800998ECF8427E'
export const ADDRESS = {
  recipientName: 'Larkfield Imaging',
  streetAddress1: '14 Quayside Row',
  city: 'Hull',
  postalCode: 'HU1 1NQ',
  countryOrRegion: 'United Kingdom',
  phone: '5550100142',
  email: 'dock@larkfield.example',
  streetAddress2: '',
  stateOrProvince: undefined,
}
const SHIPPING = { carrierName: 'UPS', carrierAccountNumber: '700011122' }

export interface Order {
  readonly drives?: readonly (string | { readonly driveId: string; readonly manifestHash: string })[]
  readonly tracking?: string
  readonly shipped?: boolean
  readonly location?: string
  readonly driveCount?: number
  readonly properties?: Record<string, unknown>
  readonly subscription?: string
}

export interface JobBody {
  readonly properties: {
    readonly state: string
    readonly cancelRequested: boolean
    readonly percentComplete: number
    readonly driveList?: readonly {
      readonly driveId: string
      readonly state: string
      readonly copyStatus?: string
    }[]
    readonly returnPackage?: { readonly trackingNumber: string; readonly driveCount: number }
  }
}

/** A clock that is right but for the days that the test let pass. */
class MovedClock implements Clock {
  movedMs = 0
  now(): number {
    return systemClock.now() + this.movedMs
  }
}

export interface Answered<T = unknown> {
  readonly status: number
  readonly body: T
}

export class Floor {
  readonly folder: string
  readonly clock = new MovedClock()
  readonly ids = systemIds(this.clock)
  readonly log = new FakeLog()
  service!: RunningService
  #ca = ''
  #sweep: () => void = () => undefined
  #swept: () => void = () => undefined

  private constructor(folder: string) {
    this.folder = folder
  }

  static async open(): Promise<Floor> {
    const floor = new Floor(mkdtempSync(join(tmpdir(), 'tallydock-floor-')))
    onTestFinished(() => rmSync(floor.folder, { recursive: true, force: true }))
    // After the first sweep the service sweeps when the test says so, never by itself.
    const timers: Timers = {
      after(delayMs, run) {
        if (delayMs !== SWEEP_EVERY_MS) return systemTimers.after(delayMs, run)
        floor.#sweep = run
        floor.#swept()
        return { cancel: () => undefined }
      },
    }
    const ready = new Promise<void>((resolve) => {
      floor.#swept = resolve
    })
    floor.service = must(
      await startService({
        dataDir: floor.folder,
        port: 0,
        trusted: new Map([
          [STATION_TOKEN, { role: 'station', actor: 'stations' }],
          [CUSTOMER_TOKEN, { role: 'admin', actor: 'customers' }],
        ]),
        clock: floor.clock,
        timers,
        ids: floor.ids,
        log: floor.log,
      }),
    )
    floor.#ca = readFileSync(floor.service.caPath, 'utf8')
    onTestFinished(() => floor.service.close())
    await ready
    return floor
  }

  /** A station of this floor, on a wire of its own to the service. */
  async station(name = 'dock-1', settings: Partial<StationConfig> = {}): Promise<Dockside> {
    const dataDir = join(this.folder, name)
    const config: StationConfig = {
      station: name,
      site: SITE,
      sender: { name: 'Home Dock', lines: ['8 Slipway Street', '40817 Elverhaven'] },
      servicePort: 0,
      storageAccounts: {},
      defaultStorage: `folder:${join(this.folder, 'storage')}`,
      proof: 'manifest',
      copiesAtOnce: 4,
      bays: {},
      loopDrives: [],
      ...settings,
    }
    const wire = await Wire.to(this.service.url)
    onTestFinished(() => wire.close())
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config))
    const station = must(
      await startStation({
        dataDir,
        service: { url: wire.url, token: STATION_TOKEN, caPath: this.service.caPath },
        env: {},
        clock: this.clock,
        timers: systemTimers,
        ids: this.ids,
        log: this.log,
        processes: nodeProcessHost(this.log),
        // No real drive of this machine belongs to a test.
        practice: true,
      }),
    )
    const dockside = new Dockside(this, station, dataDir, wire)
    onTestFinished(() => dockside.close())
    await station.firstExchange
    return dockside
  }

  // --- the customer

  async order(name: string, order: Order = {}): Promise<Answered<JobBody>> {
    const { drives, tracking, shipped = true, properties = {} } = order
    const put = await this.api<JobBody>('PUT', name, order, {
      location: order.location ?? 'Home Dock',
      properties: {
        storageAccountId:
          '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/larkfield',
        jobType: 'Import',
        returnAddress: ADDRESS,
        returnShipping: SHIPPING,
        ...(drives === undefined ? {} : { driveList: drives.map(listed) }),
        ...properties,
      },
    })
    if (put.status >= 300) throw new Error(`PUT ${name}: ${put.status} ${JSON.stringify(put.body)}`)
    return shipped ? this.ship(name, order, tracking) : put
  }

  /** An export job: it lists no drives. */
  exportOrder(name: string, order: Order = {}): Promise<Answered<JobBody>> {
    return this.order(name, {
      ...order,
      properties: { jobType: 'Export', export: { blobList: { blobPathPrefix: ['/'] } }, ...order.properties },
    })
  }

  async ship(name: string, order: Order = {}, tracking = '1Z84W5E70341829916'): Promise<Answered<JobBody>> {
    const { driveCount } = order
    const deliveryPackage = {
      carrierName: 'UPS',
      trackingNumber: tracking,
      ...(driveCount === undefined ? {} : { driveCount }),
    }
    const answer = await this.patch(name, { state: 'Shipping', deliveryPackage }, order)
    if (answer.status >= 300) throw new Error(`PATCH ${name}: ${JSON.stringify(answer.body)}`)
    return answer
  }

  patch(name: string, properties: object, order: Order = {}): Promise<Answered<JobBody>> {
    return this.api('PATCH', name, order, { properties })
  }

  cancel(name: string): Promise<Answered<JobBody>> {
    return this.patch(name, { cancelRequested: true })
  }

  remove(name: string): Promise<Answered<{ error?: { code: string } }>> {
    return this.api('DELETE', name)
  }

  get(name: string, order: Order = {}): Promise<Answered<JobBody>> {
    return this.api('GET', name, order)
  }

  /** A job's state and those of its drives, as the API tells its customer. */
  async told(name: string, order: Order = {}): Promise<string> {
    const { status, body } = await this.get(name, order)
    if (status === 404) return 'gone'
    const { state, driveList = [] } = body.properties
    return [state, ...driveList.map((drive) => drive.state)].join(' ')
  }

  api<T>(method: string, name: string, order: Order = {}, body?: object): Promise<Answered<T>> {
    const subscription = order.subscription ?? SUBSCRIPTION
    const path = `/subscriptions/${subscription}/resourceGroups/floor/providers/Microsoft.ImportExport/jobs/${name}`
    return this.#call(method, `${path}?api-version=2021-01-01`, CUSTOMER_TOKEN, body)
  }

  /** Everything the service knows, oldest first. */
  async journal(kind?: string): Promise<Entry[]> {
    const entries: Entry[] = []
    for (let after = 0, more = true; more; ) {
      const page = await this.changesAfter('nobody', after)
      entries.push(...page.changes.map((change) => JSON.parse(change.entry.text) as Entry))
      after = page.cursor
      more = page.more
    }
    return kind === undefined ? entries : entries.filter((entry) => entry.kind === kind)
  }

  async changesAfter(station: string, after: number) {
    const { body } = await this.#call<{
      changes: { entry: { text: string } }[]
      cursor: number
      more: boolean
    }>('GET', `/dock/v1/changes?station=${station}&after=${after}&limit=500`, STATION_TOKEN)
    return body
  }

  // --- time

  /** Days go by, and the service does what falls due. */
  async pass(days: number): Promise<void> {
    this.clock.movedMs += days * DAY_MS
    await new Promise<void>((resolve) => {
      this.#swept = resolve
      this.#sweep()
    })
  }

  #call<T>(method: string, path: string, token: string, body?: object): Promise<Answered<T>> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const call = request(
        new URL(path, this.service.url),
        {
          method,
          ca: this.#ca,
          agent: false,
          headers: {
            authorization: `Bearer ${token}`,
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('end', () => {
            const all = Buffer.concat(parts).toString()
            resolve({ status: answer.statusCode ?? 0, body: (all === '' ? undefined : JSON.parse(all)) as T })
          })
        },
      )
      call.on('error', reject)
      call.end(text)
    })
  }
}

function listed(drive: NonNullable<Order['drives']>[number]) {
  const given = typeof drive === 'string' ? { driveId: drive, manifestHash: NO_MANIFEST } : drive
  return { manifestFile: '\\DriveManifest.xml', ...given }
}
