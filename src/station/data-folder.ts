import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configFaults, type StationConfig, stationConfig } from '../contract/config.ts'
import { takeLock } from '../ledger/folder-lock.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Ids } from '../ports/ids.ts'

/** Everything a station keeps: ledger, service, configuration, keys, labels. One folder, one running station. */
export interface DataFolder {
  readonly path: string
  readonly config: StationConfig
  /** Lets another station use the folder. */
  release(): void
}

export type DataFolderFailure = 'data-folder-unusable' | 'data-folder-in-use' | 'config-invalid'

const ROOMS = ['storage', 'evidence', 'labels', 'logs', 'backups'] as const
const PRIVATE_ROOMS = ['tls', 'keys'] as const

/** Makes the folder if it is not there, takes its lock and reads its configuration. */
export function openDataFolder(path: string, ids: Ids): Outcome<DataFolder, DataFolderFailure> {
  try {
    for (const room of ROOMS) mkdirSync(join(path, room), { recursive: true })
    for (const room of PRIVATE_ROOMS) mkdirSync(join(path, room), { recursive: true, mode: 0o700 })
  } catch (error) {
    return fail(
      'data-folder-unusable',
      `The data folder ${path} cannot be used. Check that it exists and may be written.`,
      String(error),
    )
  }
  const lock = takeLock(join(path, 'lock'))
  if (!lock.ok) return lock
  const config = readConfig(path, ids)
  if (!config.ok) {
    lock.value.release()
    return config
  }
  return ok({ path, config: config.value, release: lock.value.release })
}

/** Reads `config.json`; writes one with explicit values when there is none. */
function readConfig(
  path: string,
  ids: Ids,
): Outcome<StationConfig, 'config-invalid' | 'data-folder-unusable'> {
  const file = join(path, 'config.json')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      return fail('data-folder-unusable', `${file} cannot be read. Check its permissions.`, String(error))
    return writeConfig(file, firstConfig(path, ids))
  }
  let members: unknown
  try {
    members = JSON.parse(text)
  } catch (error) {
    return fail('config-invalid', `${file} is not valid JSON. Correct it and start again.`, String(error))
  }
  const parsed = stationConfig.safeParse(members)
  if (!parsed.success)
    return fail(
      'config-invalid',
      `${file} has a wrong setting: ${configFaults(parsed.error)}. Correct it and start again.`,
    )
  return ok(parsed.data)
}

function firstConfig(path: string, ids: Ids): StationConfig {
  return {
    station: `station-${ids.code(4).toLowerCase()}`,
    // The location that ships with the service until a dock has its own.
    site: 'homedock',
    sender: { name: 'Tallydock', lines: [] },
    servicePort: 0,
    storageAccounts: {},
    // Explicit from the first day, so that nobody wonders where the data went.
    defaultStorage: `folder:${join(path, 'storage')}`,
    proof: 'manifest',
    copiesAtOnce: 4,
    bays: {},
    printers: { label: { kind: 'folder' }, page: { kind: 'folder' } },
    loopDrives: [],
  }
}

/** Writes a station's settings down again, whole or not at all. */
export function saveConfig(
  path: string,
  config: StationConfig,
): Outcome<StationConfig, 'data-folder-unusable'> {
  return writeConfig(join(path, 'config.json'), config)
}

function writeConfig(file: string, config: StationConfig): Outcome<StationConfig, 'data-folder-unusable'> {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`)
    renameSync(`${file}.new`, file)
    return ok(config)
  } catch (error) {
    return fail(
      'data-folder-unusable',
      `${file} cannot be written. Check space and permissions.`,
      String(error),
    )
  }
}
