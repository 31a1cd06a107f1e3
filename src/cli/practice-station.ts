import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import { isPracticeFolder, openPracticeFolder } from '../station/practice/practice-folder.ts'
import { type Practice, preparePractice, startPractice } from '../station/practice/start-practice.ts'
import { type Station, type StationOptions, startStation } from '../station/start-station.ts'
import type { CliIo } from './command.ts'
import { openServiceAccess } from './service-access.ts'

/** A running engine; on a practice dock with its hands. */
export interface StationHere extends Station {
  readonly practice?: Practice
}

/** A real station never works on a practice dock's folder: what is invented there would pass for real. */
export async function startRealStation(options: StationOptions): Promise<Outcome<StationHere>> {
  if (isPracticeFolder(options.dataDir))
    return fail(
      'practice-folder-refused',
      `${options.dataDir} is the folder of a practice dock. Add --practice, or choose another --data folder.`,
    )
  return startStation(options)
}

/** The same engine on its own data folder, with invented parcels on their way and virtual drives. */
export async function startPracticeStation(
  options: StationOptions,
  { reset }: { readonly reset: boolean },
  io: Pick<CliIo, 'env'>,
): Promise<Outcome<StationHere>> {
  const folder = openPracticeFolder(options.dataDir, { reset })
  if (!folder.ok) return folder
  // Customers order before a parcel comes: the service's own routes, reached as by any command.
  const access = await openServiceAccess({ data: options.dataDir }, io)
  if (!access.ok) return access
  const { call } = access.value
  const dock = await preparePractice(folder.value, call, options.log)
  if (!dock.ok) {
    await access.value.close()
    return dock
  }
  const started = await startStation({ ...options, practice: true })
  if (!started.ok) {
    await access.value.close()
    return started
  }
  const station = started.value
  const practice = startPractice({ ...options, folder: folder.value, dock: dock.value, station, call })
  return ok({
    ...station,
    practice,
    async close() {
      practice.stop()
      await station.close()
      await access.value.close()
    },
  })
}
