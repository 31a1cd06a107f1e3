import type { CallAnswer, CallArgs, JobDetail, ShownScan } from '../../contract/screen.ts'
import { MOST_JOURNAL_LINES } from '../../contract/screen.ts'
import { plainText } from '../../drives/plain-text.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import { driveKey } from '../../lifecycle/records.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Log } from '../../ports/log.ts'
import { asCsv, explainDrives, journalLines } from '../journal-lines.ts'
import type { Practice } from '../practice/start-practice.ts'
import { resolveStorage } from '../resolve-storage.ts'
import type { Station } from '../start-station.ts'
import { baysView } from './bays-view.ts'
import { casesView } from './cases-view.ts'
import { CopyEnds } from './copy-ends.ts'
import { jobDetailView, jobsView } from './jobs-view.ts'
import { receiveView, scanView } from './receive-view.ts'
import { Screens } from './screens.ts'
import { shipBackView } from './ship-back-view.ts'
import { SpeedCurves } from './speed-curves.ts'
import { stationView } from './station-view.ts'

export interface StartScreensParts {
  readonly station: Station
  /** On a practice dock: its hands. */
  readonly practice?: Practice | undefined
  readonly clock: Clock
  readonly timers: Timers
  readonly ids: Ids
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The engine as windows see it. */
export function startScreens(parts: StartScreensParts): Screens {
  const { station, practice, clock, timers, ids, log } = parts
  const { ledger, config, copies } = station
  const curves = new SpeedCurves()
  const nameOf = (badge: string) => station.badges.nameOf(badge) ?? badge
  const ends = new CopyEnds(ledger)
  const screens: Screens = new Screens({
    id: ids.uuid(),
    clock,
    timers,
    log,
    views: {
      station: () =>
        stationView({
          ledger,
          config,
          practice: practice !== undefined,
          sync: station.syncStatus,
          serviceName: station.service?.url ?? config.service?.url ?? '',
          printerName: station.printing.labelPrinterName,
          printTrouble: () => station.printing.trouble(),
          warnings: () => troubleOf(station),
          nameOf,
        }),
      receive: () => receiveView(ledger),
      bays: () =>
        baysView({
          ledger,
          config,
          devices: () => station.devices.devices(),
          bays: station.bays,
          naming: () => station.bayNames.waiting,
          progressOf: (serial) => copies.progressOf(serial),
          curves,
          ends,
          now: () => clock.now(),
        }),
      'ship-back': () => shipBackView(ledger, station.printing),
      jobs: () => jobsView(ledger),
      cases: () => casesView({ ledger, now: () => clock.now(), nameOf }),
      practice: () => practice?.topic() ?? { codes: [], drives: [] },
    },
    calls: {
      'scan.submit': ({ scan, text }): Outcome<ShownScan> => {
        const answered = station.receiveScan(text, scan, 'operator')
        const shown = scanView(ledger, scan)
        return shown === undefined ? fail('scan-not-written', answered.sentence) : ok(shown)
      },
      'deed.do': ({ scan, command, drive, ...given }) => {
        const named = present(given)
        const answered = station.receiveScan(command, scan, 'operator', {
          ...named,
          ...(drive === undefined ? {} : { serial: drive }),
        })
        const shown = scanView(ledger, scan)
        return shown === undefined ? fail('scan-not-written', answered.sentence) : ok(shown)
      },
      'person.pin': ({ scan, pin }) => {
        const answered = station.receiveScan(`TD-PIN-${pin}`, scan, 'operator')
        const shown = scanView(ledger, scan)
        return shown === undefined ? fail('scan-not-written', answered.sentence) : ok(shown)
      },
      'paper.print': ({ paper, language, drive }) =>
        paper === 'command-sheet'
          ? station.papers.commandSheet(language)
          : station.papers.certificate(drive ?? '', language),
      'journal.read': (asked) =>
        ok({
          lines: journalLines(ledger, asked, MOST_JOURNAL_LINES, nameOf),
          drives: explainDrives(ledger, asked.search),
        }),
      'journal.export': ({ format, ...asked }) => {
        const lines = journalLines(ledger, asked, MOST_EXPORTED_LINES, (badge) => badge)
        const text = format === 'csv' ? asCsv(lines) : `${JSON.stringify(lines, null, 2)}\n`
        return ok({ text, entries: lines.length })
      },
      'job.read': ({ job }): Outcome<JobDetail> => {
        const detail = jobDetailView(ledger, job, ends)
        return detail === undefined
          ? fail('job-unknown', 'This job is not known here. Look at the list again.')
          : ok(detail)
      },
      'log.read': (args) => readLog(parts, args),
      'bay.health': ({ bay }): Outcome<CallAnswer<'bay.health'>> => {
        const device = station.bays.deviceIn(bay)
        const examined = device === undefined ? undefined : station.bays.examinationOf(device)
        if (examined === undefined)
          return fail(
            'bay-not-examined',
            'The drive in this bay has not been examined yet, or there is none.',
          )
        const { rawValues, silentBecause } = examined
        const values = rawValues.map(({ name, value }) => ({
          name: plainText(name),
          value: plainText(value, 256),
        }))
        return ok(silentBecause === undefined ? { values } : { values, silentBecause })
      },
      'bay.eject': async ({ bay }) => asNothing(await station.ejectBay(bay)),
      'bay.naming': ({ slot }) => {
        station.bayNames.wait(slot)
        screens.changed()
        return ok({})
      },
      'identity.override': ({ drive, second, reason }) =>
        asNothing(station.overrideIdentity({ serial: drive, actor: 'operator', second, reason })),
      'printer.test': () => station.printing.testPage(clock.now()),
      'practice.plug': (args) => practice?.plug(args) ?? notPractice(),
      'practice.unplug': (args) => practice?.unplug(args) ?? notPractice(),
      'practice.fault': (args) => practice?.fault(args) ?? notPractice(),
      'practice.reset': () => practice?.reset() ?? notPractice(),
    },
    tick: () => {
      let running = false
      for (const custody of ledger.find('custody', 'state', 'bay')) {
        const progress = copies.progressOf(custody.serial)
        if (progress === undefined) curves.forget(custody.serial)
        else {
          curves.sample(custody.serial, progress, clock.now())
          running = true
        }
      }
      return running
    },
  })
  station.onChange(() => screens.changed())
  practice?.onChange(() => screens.changed())
  return screens
}

function asNothing(outcome: Outcome<undefined>): Outcome<Record<string, never>> {
  return outcome.ok ? ok({}) : outcome
}

function troubleOf(station: Station): string[] {
  const people = station.badges.read()
  return people.ok ? [] : [people.failure.sentence]
}

/** The members that were given: an absent one is absent, never `undefined`. */
function present<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** A file that a window can still carry. */
const MOST_EXPORTED_LINES = 5_000

function notPractice() {
  return fail('not-practice', 'This is a real dock: nothing is plugged or pulled by a screen.')
}

/** A screen shows the beginning of a log; the whole of it is in the customer's storage. */
const MOST_LOG_BYTES = 256 * 1024

async function readLog(
  { station, env }: StartScreensParts,
  { job: jobId, drive: serial, log }: CallArgs<'log.read'>,
): Promise<Outcome<{ text: string; cut: boolean }>> {
  const { ledger, config } = station
  const job = ledger.get('job', jobId)
  const drive = ledger.get('drive', driveKey(jobId, serial))
  const name = log === 'error' ? drive?.errorLog : drive?.verboseLog
  if (job === undefined || name === undefined) return fail('log-missing', 'This drive has no such log.')
  const url = await resolveStorage(config, job.storageAccountId, env)
  if (!url.ok) return url
  const { openStorage } = await import('../../storage/open.ts')
  const storage = openStorage(url.value)
  if (!storage.ok) return storage
  try {
    const into = new Uint8Array(MOST_LOG_BYTES)
    const read = await storage.value.read(name, 0, into)
    if (!read.ok) return read
    const text = new TextDecoder().decode(into.subarray(0, read.value))
    return ok({ text, cut: read.value === MOST_LOG_BYTES })
  } finally {
    await storage.value.close()
  }
}
