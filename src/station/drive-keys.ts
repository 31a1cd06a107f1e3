import { type Outcome, ok } from '../lifecycle/outcome.ts'
import type { SyncApi, SyncFailureCode } from '../ports/sync-api.ts'

/** BitLocker keys of the jobs being worked on: asked of the service, held in memory, dropped when the job ends (rule 16). */
export class DriveKeys {
  readonly #api: Pick<SyncApi, 'keys'>
  readonly #jobs = new Map<string, ReadonlyMap<string, string>>()

  constructor(api: Pick<SyncApi, 'keys'>) {
    this.#api = api
  }

  /** The key of one drive; undefined when the customer gave none. */
  async keyOf(job: string, driveId: string): Promise<Outcome<string | undefined, SyncFailureCode>> {
    const known = this.#jobs.get(job) ?? (await this.#ask(job))
    if ('ok' in known) return known
    const key = known.get(driveId)
    return ok(key === '' ? undefined : key)
  }

  forget(job: string): void {
    this.#jobs.delete(job)
  }

  forgetAll(): void {
    this.#jobs.clear()
  }

  async #ask(job: string) {
    const asked = await this.#api.keys(job)
    if (!asked.ok && asked.failure.code !== 'not-found') return asked
    const keys = new Map(asked.ok ? asked.value.map((key) => [key.driveId, key.bitLockerKey]) : [])
    this.#jobs.set(job, keys)
    return keys
  }
}
