import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { type MasterKeyFailureCode, masterKey } from './keys/master-key.ts'
import { Vault } from './keys/vault.ts'
import { readLocations } from './locations.ts'
import { type OpenPgFailureCode, openPgStore } from './store/pg/open-pg-store.ts'
import { type OpenFailureCode, openSqliteStore } from './store/sqlite/open-sqlite-store.ts'
import { type Store, StoreFailure } from './store/store.ts'
import type { World } from './world.ts'

export interface WorldOptions {
  /** The data folder; made when it is not there. */
  readonly dataDir: string
  /** Address of a PostgreSQL database that holds everything but keys and certificates; `service.sqlite` when absent. */
  readonly database?: string | undefined
  /** Table of locations; when absent, `locations.json` of the data folder, or else the one that ships with the program. */
  readonly locationsPath?: string | undefined
  /** `TALLYDOCK_KEY`: seals BitLocker keys instead of the key file in the data folder. */
  readonly masterKey?: string | undefined
  readonly clock: Clock
  /** With timers, waiting for another process that writes the database holds up nobody else in this one. */
  readonly timers?: Timers | undefined
  readonly ids: Ids
  readonly log: Log
}

export type WorldFailureCode =
  | OpenFailureCode
  | OpenPgFailureCode
  | MasterKeyFailureCode
  | 'locations-unreadable'
  | 'data-folder-unusable'
  | 'service-key-mismatch'

const SHIPPED_LOCATIONS = join(import.meta.dirname, '..', '..', 'assets', 'locations.json')

/** Opens the service's data folder: database, master key and locations. Close `world.store` when done. */
export async function openWorld(options: WorldOptions): Promise<Outcome<World, WorldFailureCode>> {
  const { dataDir, clock, ids, log } = options
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return fail(
      'data-folder-unusable',
      `The data folder ${dataDir} cannot be made; choose another one.`,
      detail,
    )
  }
  const own = join(dataDir, 'locations.json')
  const locations = readLocations(options.locationsPath ?? (existsSync(own) ? own : SHIPPED_LOCATIONS))
  if (!locations.ok) return locations
  const key = masterKey(dataDir, ids, options.masterKey)
  if (!key.ok) return key
  const opened =
    options.database === undefined
      ? openSqliteStore(join(dataDir, 'service.sqlite'), { timers: options.timers })
      : await openPgStore(options.database, { timers: options.timers })
  if (!opened.ok) return opened
  const vault = new Vault(key.value, ids)
  const matches = await bindKey(opened.value, vault)
  if (!matches.ok) {
    await opened.value.close()
    return matches
  }
  return ok({ store: opened.value, clock, ids, log, vault, locations: locations.value })
}

/** The first start notes which key seals this database; a later start with another one is refused before it can harm. */
async function bindKey(
  store: Store,
  vault: Vault,
): Promise<Outcome<undefined, 'service-key-mismatch' | 'database-busy'>> {
  const fingerprint = vault.fingerprint()
  let bound: string
  try {
    bound = (await store.read((tx) => tx.meta('master-key'))) ?? (await noteKey(store, fingerprint))
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return fail(
      'database-busy',
      'The database is held by others, or does not answer; wait a moment, then start again.',
      error.message,
    )
  }
  if (bound === fingerprint) return ok()
  return fail(
    'service-key-mismatch',
    'The keys in this database were sealed with another service key; start with the TALLYDOCK_KEY or keys/service.key that belongs to it.',
  )
}

function noteKey(store: Store, fingerprint: string): Promise<string> {
  return store.write(async (tx) => {
    const known = await tx.meta('master-key')
    if (known === undefined) await tx.putMeta('master-key', fingerprint)
    return known ?? fingerprint
  })
}
