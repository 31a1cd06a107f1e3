/** Pause, resume, cancel, and waiting for a drive that was lost. */
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'

export type DriveBackFailure = 'not-lost' | 'other-drive'

/**
 * Handed to a running copy. Work asks `pass` before each block; what is under way when it stops is finished, so that
 * nothing is left half-written.
 */
export class CopyControl {
  #isPaused = false
  #isLost = false
  #isCancelled = false
  #waiting: (() => void)[] = []
  #judge: ((root: string) => Promise<Outcome<undefined, 'other-drive'>>) | undefined

  get isCancelled(): boolean {
    return this.#isCancelled
  }

  get isLost(): boolean {
    return this.#isLost
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#wake()
  }

  /** Stops at the next block, also while paused or lost. Cannot be taken back. */
  cancel(): void {
    this.#isCancelled = true
    this.#wake()
  }

  /** The drive is attached again, with this root folder. Refused when it is not the same drive. */
  async driveBack(root: string): Promise<Outcome<undefined, DriveBackFailure>> {
    if (!this.#isLost || this.#judge === undefined)
      return fail('not-lost', 'This copy has its drive: nothing has to come back.')
    const judged = await this.#judge(root)
    if (!judged.ok) return judged
    this.#isLost = false
    this.#wake()
    return ok()
  }

  /** Answers true to go on, false when the copy was cancelled. Waits while it is paused or its drive is lost. */
  async pass(): Promise<boolean> {
    while (!this.#isCancelled && (this.#isPaused || this.#isLost))
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return !this.#isCancelled
  }

  /** For the copy itself: the drive is gone. Answers whether that is news. */
  lose(): boolean {
    const isNews = !this.#isLost
    this.#isLost = true
    return isNews
  }

  /** For the copy itself: how a drive that comes back is judged. */
  judgeBy(judge: (root: string) => Promise<Outcome<undefined, 'other-drive'>>): void {
    this.#judge = judge
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
