/**
 * Which drive of an export job may begin. Drives share what the job selects, so their shares are settled one after the
 * other; and a drive that is not needed as things stand waits until the others are done, should one of them fail.
 */
export class ExportTurns {
  /** The drive whose share is being settled, by job. */
  readonly #planning = new Map<string, string>()
  /** Blobs that no drive carries yet, by job, as last told. */
  readonly #left = new Map<string, number>()

  /** `others`: drives of the job that are being filled now. */
  mayBegin(job: string, others: number): boolean {
    if (this.#planning.has(job)) return false
    return others === 0 || this.#left.get(job) !== 0
  }

  began(job: string, serial: string): void {
    this.#planning.set(job, serial)
  }

  planned(job: string, left: number): void {
    this.#planning.delete(job)
    this.#left.set(job, left)
  }

  /** Its process has ended, with or without having settled a share. */
  over(job: string, serial: string): void {
    if (this.#planning.get(job) === serial) this.#planning.delete(job)
  }

  /** Everything the job selects is on its drives, as far as anybody knows. */
  isAllCarried(job: string): boolean {
    return this.#left.get(job) === 0
  }
}
