import type { Entry } from '../contract/entry.ts'
import { casePersonalKey, jobPersonalKey } from '../contract/import-export-api.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isOnSite } from '../lifecycle/earned.ts'
import type { Log } from '../ports/log.ts'
import { lifeEvent } from './follow-service.ts'

export interface ForgetPeopleParts {
  readonly ledger: Pick<Ledger, 'get' | 'find' | 'personal' | 'erasePersonal'>
  readonly log: Log
}

/**
 * Erases address and contact of a job that was deleted, as soon as its last drive has left (rule 21): until then it still
 * has to find its way home. What answers to its cases said goes with it.
 */
export class ForgetPeople {
  readonly #parts: ForgetPeopleParts

  constructor(parts: ForgetPeopleParts) {
    this.#parts = parts
  }

  /** Call it with what was written or received, once it is in the ledger. */
  told(entries: readonly Entry[]): void {
    for (const job of new Set(entries.flatMap((entry) => this.#touched(entry)))) this.#consider(job)
  }

  /** At start: what a stop in the middle, or a ledger that was being read, may have left. */
  catchUp(): void {
    for (const { id } of this.#parts.ledger.find('job', 'state', 'Deleted')) this.#consider(id)
  }

  /** Jobs whose last drive may have left by this, or that ended for good. */
  #touched(entry: Entry): readonly string[] {
    const { ledger } = this.#parts
    const event = lifeEvent(entry)
    switch (event?.kind) {
      case 'job-deleted':
        return [event.body.job]
      case 'return-shipped': {
        const drives = ledger.get('return', event.body.return)?.drives ?? []
        return drives.flatMap((serial) => ledger.get('custody', serial)?.job ?? [])
      }
      case 'drive-released':
        return [ledger.get('custody', event.body.serial)?.job ?? []].flat()
      default:
        return []
    }
  }

  #consider(job: string): void {
    const { ledger, log } = this.#parts
    if (ledger.get('job', job)?.state !== 'Deleted') return
    if (ledger.find('custody', 'job', job).some(isOnSite)) return
    const cases = ledger.find('case', 'job', job).map(({ id }) => casePersonalKey(id))
    for (const key of [jobPersonalKey(job), ...cases]) {
      if (ledger.personal(key) === undefined) continue
      const erased = ledger.erasePersonal(key)
      if (erased.ok) log.info('The address of a deleted job was erased.', { job })
      else
        log.warn(
          'The address of a deleted job is not wholly erased yet; it is tried again at the next start.',
          {
            job,
            code: erased.failure.code,
          },
        )
    }
  }
}
