import type { FromWindow } from '../../src/contract/screen.ts'

/** One way to an engine while it lasts. */
export interface Link {
  send(message: FromWindow): void
  close(): void
}

export interface LinkEvents {
  readonly opened: () => void
  /** The message as a value, not yet checked. */
  readonly received: (message: unknown) => void
  /** Comes once, also when the link could not be opened at all. */
  readonly closed: () => void
}

/** How links are made: a WebSocket, or a port handed over by Electron. */
export interface Transport {
  open(events: LinkEvents): Link
}
