import { powerMonitor, powerSaveBlocker } from 'electron'

/** Keeps the machine awake while drives are being copied; the screen may go dark. */
export class KeepAwake {
  #drives = 0
  #blocker: number | undefined

  get drives(): number {
    return this.#drives
  }

  copying(drives: number): void {
    this.#drives = drives
    if (drives > 0) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = undefined
    }
  }

  /** Asks the system to wait when it wants to go down meanwhile; not every system grants it. */
  holdShutdown(): void {
    // Electron's types leave the event out that its documentation promises.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      if (this.#drives > 0) event?.preventDefault()
    })
  }
}
