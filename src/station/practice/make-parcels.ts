import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareDrive } from '../../copy/prepare/prepare.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Log } from '../../ports/log.ts'
import {
  type Parcels,
  type PracticeDrive,
  parcels,
  parcelsOf,
  practiceBytes,
  practiceKey,
} from './parcels.ts'
import type { PracticeFolder } from './practice-folder.ts'

/** The service as a customer reaches it: its own routes, nothing else. */
export type CallService = (
  method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<Outcome<unknown>>

/** Where drives lie that are plugged in nowhere. */
export const shelfOf = (folder: Pick<PracticeFolder, 'world'>) => join(folder.world, 'shelf')
/** Where drives lie that are plugged in, each in the folder of its bay. */
export const baysOf = (folder: Pick<PracticeFolder, 'world'>) => join(folder.world, 'bays')
const fileOf = ({ world }: Pick<PracticeFolder, 'world'>) => join(world, 'parcels.json')

/** What is on its way to the dock in this round, made once: drives with real files and manifests, and their orders. */
export async function makeParcels(
  folder: PracticeFolder,
  call: CallService,
  log: Log,
): Promise<Outcome<Parcels>> {
  const known = readParcels(folder)
  const wanted = parcelsOf(folder.round)
  if (known !== undefined && known[0]?.tracking === wanted[0]?.tracking) return ok(known)
  const made = await makeDrives(folder, wanted, log)
  if (!made.ok) return made
  const ordered = await order(made.value, call)
  if (!ordered.ok) return ordered
  writeParcels(folder, made.value)
  return made
}

/** The customers' part: orders put and shipped. What was ordered before an interruption is not ordered twice. */
async function order(made: Parcels, call: CallService): Promise<Outcome<undefined>> {
  for (const { jobs } of made) {
    for (const job of jobs) {
      const path = jobPath(job.name)
      const before = await call('GET', path)
      if (before.ok && stateOf(before.value) !== 'Creating') continue
      if (!before.ok && before.failure.code !== 'ResourceNotFound' && before.failure.code !== 'http-404')
        return before
      const put = await call('PUT', path, orderOf(job))
      if (!put.ok) return put
      const deliveryPackage = { carrierName: 'UPS', trackingNumber: job.tracking }
      const shipped = await call('PATCH', path, { properties: { state: 'Shipping', deliveryPackage } })
      if (!shipped.ok) return shipped
    }
  }
  return ok()
}

function stateOf(job: unknown): unknown {
  return (job as { properties?: { state?: unknown } } | undefined)?.properties?.state
}

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dock'

function jobPath(name: string): string {
  return `${GROUP}/providers/Microsoft.ImportExport/jobs/${encodeURIComponent(name)}?api-version=2021-01-01`
}

function orderOf({ drives }: Parcels[number]['jobs'][number]) {
  return {
    location: 'Home Dock',
    properties: {
      storageAccountId: `${GROUP}/providers/Microsoft.Storage/storageAccounts/practice`,
      jobType: 'Import',
      logLevel: 'Verbose',
      returnAddress: {
        recipientName: 'Orchard Surveys',
        streetAddress1: '3 Practice Lane',
        city: 'Elverhaven',
        postalCode: '40817',
        countryOrRegion: 'Norland',
        phone: '5550100199',
        email: 'nobody@orchard.example',
      },
      returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011199' },
      driveList: drives.map(({ serial, manifestHash }) => ({
        driveId: serial,
        manifestFile: '\\DriveManifest.xml',
        manifestHash,
        bitLockerKey: practiceKey(serial),
      })),
    },
  }
}

async function makeDrives(folder: PracticeFolder, wanted: Parcels, log: Log): Promise<Outcome<Parcels>> {
  for (const place of [shelfOf(folder), baysOf(folder)]) {
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place, { recursive: true })
  }
  const made: Parcels = []
  for (const parcel of wanted) {
    const jobs: Parcels[number]['jobs'] = []
    for (const job of parcel.jobs) {
      const drives: PracticeDrive[] = []
      for (const drive of job.drives) {
        const prepared = await makeDrive(folder, job.name, drive, log)
        if (!prepared.ok) return prepared
        drives.push({ ...drive, manifestHash: prepared.value })
      }
      jobs.push({ ...job, drives })
    }
    for (const extra of parcel.extras) mkdirSync(join(shelfOf(folder), extra.serial))
    made.push({ ...parcel, jobs })
  }
  return ok(made)
}

/** As the customer does it. Answers the manifest's hash. */
async function makeDrive(
  folder: PracticeFolder,
  job: string,
  { serial, files, fileBytes, inBox, fault }: PracticeDrive,
  log: Log,
): Promise<Outcome<string>> {
  const source = join(folder.world, 'source')
  const driveRoot = join(shelfOf(folder), serial)
  rmSync(source, { recursive: true, force: true })
  mkdirSync(source)
  mkdirSync(driveRoot)
  for (let at = 1; at <= files; at++) {
    const name = `record-${String(at).padStart(4, '0')}.bin`
    writeFileSync(join(source, name), practiceBytes(`${serial}/${name}`, fileBytes))
  }
  const prepared = await prepareDrive(
    {
      source,
      driveRoot,
      driveId: serial,
      container: 'practice',
      prefix: `${job}/${serial}`,
      disposition: 'rename',
    },
    { report: ({ path, reason }) => log.warn('A practice file was left out.', { path, reason }) },
  )
  rmSync(source, { recursive: true, force: true })
  if (!prepared.ok) return prepared
  if (!inBox) rmSync(driveRoot, { recursive: true })
  else if (fault === 'bad-sector') turnBytes(driveRoot, job, serial)
  return ok(prepared.value.driveListEntry.manifestHash)
}

const SECTOR_BYTES = 512

/** Turns every bit of one sector of the drive's second file over. Done twice, it is as it was. */
export function turnBytes(driveRoot: string, job: string, serial: string): void {
  const file = join(driveRoot, 'practice', job, serial, 'record-0002.bin')
  const bytes = readFileSync(file)
  const from = Math.floor(bytes.length / 2)
  for (let at = from; at < Math.min(bytes.length, from + SECTOR_BYTES); at++) bytes[at] = ~(bytes[at] ?? 0)
  writeFileSync(file, bytes)
}

function readParcels(folder: Pick<PracticeFolder, 'world'>): Parcels | undefined {
  let text: string
  try {
    text = readFileSync(fileOf(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return parcels.parse(JSON.parse(text))
}

export function writeParcels(folder: Pick<PracticeFolder, 'world'>, content: Parcels): void {
  const file = fileOf(folder)
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

export function wornOut(): ReturnType<typeof fail<'practice-worn-out'>> {
  return fail('practice-worn-out', 'All rounds are used up. Start the practice dock with --reset.')
}
