import type { CopyProgress, CopyResult } from '../contract/copy-messages.ts'
import { type RunningCopy, startCopy } from '../copy/process/run-copy.ts'
import type { Device, OpenVolume } from '../ports/devices.ts'
import type { Log } from '../ports/log.ts'
import type { ProcessHost } from '../ports/process-host.ts'
import type { CopyWork } from './copy-work.ts'

/** What a copy has to tell, in the order it happens. */
export interface DriveCopyListener {
  /** Export: it is settled what this drive carries; `left` blobs are carried by no drive yet. */
  onPlanned(left: number): void
  /** Import: the manifest is the job's and names this drive. Export: the drive can be written to. Bytes move from here on. */
  onProven(): void
  onLost(sentence: string): void
  onFound(): void
  /** `proven` as told before; nothing was stored without it. */
  onEnded(result: CopyResult, proven: boolean): void
  /** The drive cannot be opened: a drive status of the published log. */
  onNotOpened(driveStatus: string, sentence: string): void
  /** Nothing was decided about the drive: a person or another try is needed. */
  onNotStarted(sentence: string): void
  /** Its process is gone. The same copy can be started again and goes on. */
  onDied(sentence: string): void
}

export interface DriveCopyParts {
  readonly processes: ProcessHost
  readonly log: Log
  readonly work: CopyWork
}

/** One drive being copied: its volume while it is open, and its process. Knows no ledger. */
export class DriveCopy {
  readonly copy: string
  readonly #parts: DriveCopyParts
  readonly #listener: DriveCopyListener
  #attachment: string
  #volume: OpenVolume | undefined
  #running: RunningCopy | undefined
  #proven = false
  #lost = false
  #progress: CopyProgress | undefined

  constructor(parts: DriveCopyParts, device: Pick<Device, 'attachment'>, listener: DriveCopyListener) {
    this.copy = parts.work.copyId
    this.#parts = parts
    this.#attachment = device.attachment
    this.#listener = listener
  }

  /** The attachment it works with, or worked with until the drive was lost. */
  get attachment(): string {
    return this.#attachment
  }

  get isLost(): boolean {
    return this.#lost
  }

  get progress(): CopyProgress | undefined {
    return this.#progress
  }

  /** Opens the drive and starts the process. Answers false when trying again may help. */
  async start(device: Device): Promise<boolean> {
    const opened = await this.#open(device)
    if (opened !== 'open' || this.#volume === undefined) return opened !== 'later'
    const { processes, work } = this.#parts
    const started = startCopy(processes, work.start(this.#volume), {
      onPlanned: ({ left }) => this.#listener.onPlanned(left.files),
      onStarted: () => {
        this.#proven = true
        this.#listener.onProven()
      },
      onProgress: (progress) => {
        this.#progress = progress
      },
      onLost: (sentence) => {
        this.#lost = true
        this.#listener.onLost(sentence)
      },
      onFound: () => {
        this.#lost = false
        this.#listener.onFound()
      },
      onDriveRefused: (sentence) => {
        this.#lost = true
        this.#listener.onLost(sentence)
      },
      onEnded: (result) => void this.#finish(() => this.#listener.onEnded(result, this.#proven)),
      onNotStarted: (failure) => void this.#finish(() => this.#listener.onNotStarted(failure.sentence)),
      onDied: (sentence) => void this.#finish(() => this.#listener.onDied(sentence)),
    })
    if (!started.ok) {
      await this.#finish(() => this.#listener.onDied(started.failure.sentence))
      return true
    }
    this.#running = started.value
    return true
  }

  /** The drive was pulled out: lets go of its volume. The copy waits for it to come back. */
  async driveGone(): Promise<void> {
    await this.#close()
  }

  /** The drive that was lost is plugged in again. Answers false when it could not be opened yet. */
  async comeBack(device: Device): Promise<boolean> {
    await this.#close()
    if ((await this.#open(device)) !== 'open' || this.#volume === undefined) return false
    this.#attachment = device.attachment
    this.#lost = false
    this.#running?.driveBack(this.#volume.root)
    return true
  }

  cancel(): void {
    this.#running?.cancel()
  }

  /** Stops the process without ending the copy. */
  async stop(): Promise<void> {
    this.#running?.kill()
    await this.#close()
  }

  async #open(device: Device): Promise<'open' | 'later' | 'refused'> {
    const opened = await this.#parts.work.open(device)
    if (opened.ok) {
      this.#volume = opened.value
      return 'open'
    }
    // Pulled before it could be opened: it will be listed again, or not.
    if (opened.failure.code === 'DiskNotFound') return 'later'
    this.#listener.onNotOpened(opened.failure.code, opened.failure.sentence)
    return 'refused'
  }

  async #finish(tell: () => void): Promise<void> {
    await this.#close()
    tell()
  }

  async #close(): Promise<void> {
    const volume = this.#volume
    this.#volume = undefined
    const closed = await volume?.close()
    if (closed?.ok === false) this.#parts.log.warn(closed.failure.sentence, { code: closed.failure.code })
  }
}
