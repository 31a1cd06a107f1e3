/** The copying process's side: takes one order, obeys while it runs, tells how it went, and is done. */
import { type CopyProgress, type FromCopy, type ToCopy, toCopySchema } from '../../contract/copy-messages.ts'
import type { Outcome } from '../../lifecycle/outcome.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { exportDrive } from '../export/export-drive.ts'
import { CopyControl } from '../import/copy-control.ts'
import { importDrive } from '../import/import-drive.ts'

export interface ServeCopyParts {
  readonly openStorage: (url: string) => Outcome<BlobStore>
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly tell: (message: FromCopy) => void
}

export class CopyServer {
  readonly #parts: ServeCopyParts
  readonly #control = new CopyControl()
  #started = false

  constructor(parts: ServeCopyParts) {
    this.#parts = parts
  }

  /** Answers true when the process has nothing left to do. */
  async obey(message: unknown): Promise<boolean> {
    const order = toCopySchema.parse(message)
    switch (order.type) {
      case 'start':
        if (this.#started) throw new Error('A copying process takes one order.')
        this.#started = true
        await this.#copy(order)
        return true
      case 'pause':
        this.#control.pause()
        return false
      case 'resume':
        this.#control.resume()
        return false
      case 'cancel':
        this.#control.cancel()
        return false
      case 'drive-back': {
        const back = await this.#control.driveBack(order.root)
        if (!back.ok && back.failure.code === 'other-drive')
          this.#parts.tell({ type: 'drive-refused', sentence: back.failure.sentence })
        return false
      }
    }
  }

  async #copy(start: Extract<ToCopy, { type: 'start' }>): Promise<void> {
    const { tell, openStorage, clock, timers, log } = this.#parts
    const storage = openStorage(start.storage)
    if (!storage.ok) {
      tell({ type: 'not-started', code: storage.failure.code, sentence: storage.failure.sentence })
      return
    }
    const deps = { store: storage.value, clock, timers, log, control: this.#control }
    const listeners = {
      onStarted: (resumed: boolean) => tell({ type: 'started', resumed }),
      onProgress: (progress: CopyProgress) => tell({ type: 'progress', progress }),
      onLost: (sentence: string) => tell({ type: 'lost', sentence }),
      onFound: () => tell({ type: 'found' }),
    }
    try {
      const copied =
        start.direction === 'import'
          ? await importDrive(start.order, { ...deps, listeners })
          : await exportDrive(start.order, {
              ...deps,
              listeners: {
                ...listeners,
                onPlanned: ({ share, left }) => tell({ type: 'planned', share, left }),
              },
            })
      if (copied.ok) tell({ type: 'ended', result: copied.value })
      else tell({ type: 'not-started', code: copied.failure.code, sentence: copied.failure.sentence })
    } finally {
      await storage.value.close()
    }
  }
}
