/** Tells how far a copy is: at most four times a second, never backwards, never beyond the totals. */
import type { CopyProgress } from '../../contract/copy-messages.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { ManifestTotals } from '../manifest/read-manifest.ts'

const SHORTEST_PAUSE_MS = 250

export class Progress {
  #clock: Clock
  #timers: Timers
  #tell: (progress: CopyProgress) => void
  #phase: CopyProgress['phase'] = 'checking'
  #totals: ManifestTotals = { blobs: 0, bytes: 0 }
  #settledBytes = 0
  #stagedBytes = 0
  #filesDone = 0
  /** The highest that was told. */
  #told = { bytes: 0, files: 0 }
  #toldAt = Number.NEGATIVE_INFINITY
  #timer: { cancel(): void } | undefined

  constructor(clock: Clock, timers: Timers, tell: (progress: CopyProgress) => void) {
    this.#clock = clock
    this.#timers = timers
    this.#tell = tell
  }

  enter(phase: CopyProgress['phase'], totals?: ManifestTotals): void {
    this.#phase = phase
    if (totals !== undefined) this.#totals = totals
    this.#soon()
  }

  /** Bytes of a blob that is not settled yet; negative when it is. */
  staged(bytes: number): void {
    this.#stagedBytes += bytes
    this.#soon()
  }

  settled(bytesDone: number, filesDone: number): void {
    this.#settledBytes = bytesDone
    this.#filesDone = filesDone
    this.#soon()
  }

  /** Nothing is told any more. */
  end(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#tell(this.#now())
  }

  #soon(): void {
    if (this.#timer !== undefined) return
    const waitMs = this.#toldAt + SHORTEST_PAUSE_MS - this.#clock.now()
    this.#timer = this.#timers.after(Math.max(0, Math.min(waitMs, SHORTEST_PAUSE_MS)), () => {
      this.#timer = undefined
      this.#toldAt = this.#clock.now()
      this.#tell(this.#now())
    })
  }

  #now(): CopyProgress {
    const bytes = Math.min(this.#settledBytes + this.#stagedBytes, this.#totals.bytes)
    const files = Math.min(this.#filesDone, this.#totals.blobs)
    this.#told = { bytes: Math.max(bytes, this.#told.bytes), files: Math.max(files, this.#told.files) }
    return {
      phase: this.#phase,
      bytesDone: this.#told.bytes,
      bytesTotal: this.#totals.bytes,
      filesDone: this.#told.files,
      filesTotal: this.#totals.blobs,
    }
  }
}
