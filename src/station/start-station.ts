import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StationConfig } from '../contract/config.ts'
import type { Entry } from '../contract/entry.ts'
import { createLinuxDevices } from '../drives/linux/linux-devices.ts'
import { usbDoorbell } from '../drives/usb/usb-doorbell.ts'
import { createVirtualDevices } from '../drives/virtual.ts'
import { type DriveWatch, watchDrives } from '../drives/watch.ts'
import { createWindowsDevices } from '../drives/windows/windows-devices.ts'
import { openPrinters } from '../labels/open-printers.ts'
import { openPrintBook } from '../labels/print-book.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/open.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Devices } from '../ports/devices.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { ProcessHost } from '../ports/process-host.ts'
import { makeReturnNumber } from '../scanning/return-number.ts'
import { createHttpSyncApi, type HttpSyncApi } from '../sync/http-sync-api.ts'
import { type SyncLoop, type SyncStatus, startSync } from '../sync/sync-loop.ts'
import { allDevices } from './all-devices.ts'
import { BayNames } from './bay-names.ts'
import { Copies } from './copies.ts'
import { CopyJournal } from './copy-journal.ts'
import { openDataFolder, saveConfig } from './data-folder.ts'
import { DockBays } from './dock-bays.ts'
import { startEmbeddedService } from './embedded-service.ts'
import { FollowService } from './follow-service.ts'
import { ForgetPeople } from './forget-people.ts'
import { type IdentityOverride, overrideIdentity } from './override-identity.ts'
import { Papers } from './papers.ts'
import { Badges } from './people.ts'
import { Printing } from './printing.ts'
import { createReceiveScan, RETURN_NUMBER_LENGTH, type ReceiveScan } from './receive-scan.ts'
import { readSentences } from './sentences.ts'
import { TellProgress } from './tell-progress.ts'

export interface StationOptions {
  readonly dataDir: string
  /** A service elsewhere, with the token it takes; without it the station embeds one. */
  readonly service?:
    | { readonly url: string; readonly token: string; readonly caPath?: string | undefined }
    | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly timers: Timers
  readonly ids: Ids
  readonly log: Log
  readonly processes: ProcessHost
  /** True: no real drive is looked at, only virtual ones. */
  readonly practice?: boolean | undefined
}

/** A running engine: everything a screen or a script needs of it. */
export interface Station {
  readonly config: StationConfig
  readonly ledger: Ledger
  readonly receiveScan: ReceiveScan
  readonly badges: Badges
  readonly copies: Copies
  readonly printing: Printing
  readonly papers: Papers
  readonly devices: DriveWatch
  readonly bays: DockBays
  readonly bayNames: BayNames
  ejectBay(bay: string): Promise<Outcome<undefined>>
  overrideIdentity(override: IdentityOverride): Outcome<undefined>
  /** The embedded service; undefined when the service is elsewhere. */
  readonly service: { readonly url: string; readonly caPath: string } | undefined
  syncStatus(): SyncStatus
  /** Begins an exchange with the service at once. */
  exchangeNow(): void
  /** Calls `listener` after anything was written or heard. */
  onChange(listener: () => void): void
  /** Resolves when the first exchange with the service went through or failed. */
  readonly firstExchange: Promise<void>
  /** Waits until no copy runs that can go on, everything is printed, and the service has answered what it can. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Opens the data folder and wires ports to adapters: the only place that does. */
export async function startStation(options: StationOptions): Promise<Outcome<Station>> {
  const { dataDir, clock, timers, ids, log } = options
  const closers: (() => Promise<void> | void)[] = []
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  const give = async <T>(failed: Outcome<T>) => {
    await closeAll()
    return failed as Outcome<never>
  }

  const folder = openDataFolder(dataDir, ids)
  if (!folder.ok) return folder
  const { config } = folder.value
  closers.push(() => folder.value.release())

  const opened = openLedger({ folder: dataDir, station: config.station, clock, ids, log })
  if (!opened.ok) return give(opened)
  const ledger = opened.value
  closers.push(() => ledger.close())
  if (ledger.station !== config.station)
    return give(
      fail(
        'config-invalid',
        `This ledger belongs to station ${ledger.station}. Write that name into config.json, or choose another data folder.`,
      ),
    )

  const reached = await reachService(options, config)
  if (!reached.ok) return give(reached)
  closers.push(() => reached.value.close())

  const devices = await openDevices(options, config)
  if (!devices.ok) return give(devices)

  const mint = {
    uuid: () => ids.uuid(),
    returnNumber: () => makeReturnNumber(ids.code(RETURN_NUMBER_LENGTH)),
  }
  const labels = join(dataDir, 'labels')
  const printers = openPrinters(config.printers, {
    folder: labels,
    platform: process.platform,
    env: options.env,
    timers,
    log,
  })
  const printing = new Printing({
    ledger,
    printer: printers.label,
    pagePrinter: printers.page,
    config,
    log,
    timers,
    book: openPrintBook(labels, log),
  })
  closers.push(() => printing.stop())
  const papers = new Papers({ ledger, config, printer: printers.page, clock, log })
  closers.push(() => papers.idle())
  const copies = new Copies({
    ...options,
    ledger,
    config,
    devices: devices.value,
    syncApi: reached.value.api,
    mint,
  })
  const bayJournal = new CopyJournal({ ledger, clock, mint, log })
  const bays = new DockBays({ ledger, config, devices: devices.value, journal: bayJournal, log })
  const watch = watchDrives({ devices: devices.value, timers, clock }, (update) => {
    bays.told(update)
    copies.plugged(update)
  })
  copies.watch = watch
  copies.bays = bays
  closers.push(() => copies.close())
  closers.push(() => bays.close())
  closers.push(() => watch.stop())

  const follow = new FollowService({ ledger, clock, ids, log, mint })
  follow.catchUp()
  const forgetting = new ForgetPeople({ ledger, log })
  forgetting.catchUp()
  const listeners: (() => void)[] = []
  const changed = () => {
    for (const listener of listeners) listener()
  }
  printing.onChange = changed
  let exchanged: () => void = () => undefined
  const firstExchange = new Promise<void>((resolve) => {
    exchanged = resolve
  })
  const sync: SyncLoop = startSync({
    api: reached.value.api,
    ledger,
    clock,
    timers,
    ids,
    log,
    pollMs: SYNC_POLL_MS,
    onReceived: (received) => {
      follow.received(received)
      forgetting.told(received.entries)
      copies.consider()
      changed()
    },
    onAnswered: () => changed(),
    onStatus: () => exchanged(),
  })
  closers.push(() => sync.stop())

  const telling = new TellProgress({
    station: ledger.station,
    ledger,
    progressOf: (serial) => copies.progressOf(serial),
    api: reached.value.api,
    timers,
    log,
  })
  closers.push(() => telling.close())

  const onWritten = (entries: readonly Entry[]) => {
    sync.nudge()
    printing.written(entries)
    papers.written(entries)
    // Two people vouched for a drive: it may be read again where it is.
    for (const { kind, body } of entries)
      if (kind === 'identity-judged' && body.verdict === 'overridden') copies.lookAgainAt(String(body.serial))
    forgetting.told(entries)
    copies.consider()
    changed()
  }
  copies.onWritten = onWritten
  bayJournal.onWritten = onWritten
  bays.onChange = () => {
    copies.consider()
    changed()
  }
  printing.catchUp()
  copies.consider()
  const bayNames = new BayNames({ config, save: () => saveConfig(dataDir, config) })
  const badges = new Badges(dataDir)
  const decideScan = createReceiveScan({
    ledger,
    site: config.site,
    clock,
    ids,
    log,
    speak: readSentences(config.language ?? 'en'),
    people: badges,
    serviceNow: () => clock.now() + (sync.status.state === 'in-step' ? sync.status.clockAheadMs : 0),
    onWritten,
  })
  const receiveScan: ReceiveScan = (raw, scanId, actor, given) => {
    const named = bayNames.heard(raw)
    if (!named.ok) log.error(named.failure.sentence, { detail: named.failure.detail ?? '' })
    else if (named.value !== undefined) {
      log.info('A bay has its name.', { bay: named.value })
      copies.consider()
    }
    return decideScan(raw, scanId, actor, given)
  }
  return ok({
    config,
    ledger,
    receiveScan,
    badges,
    copies,
    printing,
    papers,
    devices: watch,
    bays,
    bayNames,
    ejectBay: (bay) => bays.eject(bay, (attachment) => copies.release(attachment)),
    overrideIdentity(override) {
      const written = overrideIdentity(ledger, override)
      if (!written.ok) return written
      onWritten(written.value)
      copies.lookAgainAt(override.serial)
      return ok()
    },
    service: reached.value.embedded,
    syncStatus: () => sync.status,
    exchangeNow: () => sync.tryNow(),
    onChange: (listener) => void listeners.push(listener),
    firstExchange,
    async settled() {
      await bays.idle()
      await copies.idle()
      await printing.idle()
      sync.nudge()
      await answered(ledger, sync, timers)
    },
    close: closeAll,
  })
}

/** How often changes are asked for while nothing happens here. */
const SYNC_POLL_MS = 1_000
/** A station that is told to end waits this long for answers; what is unsent stays in the outbox. */
const LAST_ANSWERS_MS = 10_000
const LOOK_AGAIN_MS = 20

async function answered(ledger: Ledger, sync: SyncLoop, timers: Timers): Promise<void> {
  for (let waited = 0; waited < LAST_ANSWERS_MS && ledger.unsentCount() > 0; waited += LOOK_AGAIN_MS) {
    if (sync.status.state === 'waiting' || sync.status.state === 'stopped') return
    await new Promise<void>((resolve) => timers.after(LOOK_AGAIN_MS, resolve))
  }
}

interface ReachedService {
  readonly api: HttpSyncApi
  readonly embedded: { readonly url: string; readonly caPath: string } | undefined
  close(): Promise<void>
}

/** The same client for both: a service elsewhere, or one in a worker of this process. */
async function reachService(
  options: StationOptions,
  config: StationConfig,
): Promise<Outcome<ReachedService>> {
  const { dataDir, ids, timers, env } = options
  const remote =
    options.service ??
    (config.service && { ...config.service, token: env.TALLYDOCK_TOKEN ?? '', caPath: config.service.ca })
  if (remote !== undefined) {
    if (remote.token === '')
      return fail(
        'token-missing',
        'The service needs a token of role station. Put it into the environment as TALLYDOCK_TOKEN.',
      )
    const ca = remote.caPath === undefined ? undefined : readFileSync(remote.caPath, 'utf8')
    const api = createHttpSyncApi({ url: remote.url, token: remote.token, ca, timers })
    if (!api.ok) return api
    return ok({ api: api.value, embedded: undefined, close: async () => api.value.close() })
  }
  const stationToken = ids.hex(32)
  const service = await startEmbeddedService({
    dataDir,
    port: config.servicePort,
    station: config.station,
    stationToken,
    masterKey: env.TALLYDOCK_KEY,
    logFile: join(dataDir, 'logs', 'service.log'),
  })
  if (!service.ok) return service
  const { url, caPath } = service.value
  const api = createHttpSyncApi({ url, token: stationToken, ca: readFileSync(caPath, 'utf8'), timers })
  if (!api.ok) {
    await service.value.close()
    return api
  }
  return ok({
    api: api.value,
    embedded: { url, caPath },
    async close() {
      api.value.close()
      await service.value.close()
    },
  })
}

function asLoop({ name, serial }: StationConfig['loopDrives'][number]) {
  return serial === undefined ? { name } : { name, serial }
}

/** Virtual drives where the configuration lists them, and the real ones of this system. */
async function openDevices(options: StationOptions, config: StationConfig): Promise<Outcome<Devices>> {
  const { dataDir, timers, log, processes } = options
  const sources: Devices[] = []
  const doorbells: Pick<Devices, 'watch'>[] = []
  if (config.virtualDrives !== undefined)
    sources.push(createVirtualDevices({ kind: 'file', path: config.virtualDrives }))
  if (process.platform === 'linux' && options.practice !== true) {
    sources.push(
      await createLinuxDevices(
        { mountDir: join(dataDir, 'mounts'), loops: () => config.loopDrives.map(asLoop) },
        { timers, log },
      ),
    )
    doorbells.push(usbDoorbell({ processes, timers, log }))
  }
  if (process.platform === 'win32' && options.practice !== true) {
    sources.push(createWindowsDevices({ timers }))
    doorbells.push(usbDoorbell({ processes, timers, log }))
  }
  const devices = allDevices(sources, doorbells)
  const leftovers = await devices.closeLeftovers()
  if (!leftovers.ok) log.warn(leftovers.failure.sentence, { code: leftovers.failure.code })
  return ok(devices)
}
