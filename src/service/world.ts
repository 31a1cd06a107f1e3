import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Vault } from './keys/vault.ts'
import type { Locations } from './locations.ts'
import type { Store } from './store/store.ts'

/** Everything the service works with. */
export interface World {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly vault: Vault
  readonly locations: Locations
}

/** The service's name as the author of entries. */
export const SERVICE = 'service'
