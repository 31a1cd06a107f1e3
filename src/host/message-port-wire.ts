import { Ending, type Wire } from './wire.ts'

/** One end of a channel of `node:worker_threads`: messages come as they are, listening starts the port. */
export interface NodePort {
  postMessage(message: unknown): void
  close(): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close' | 'messageerror', listener: () => void): unknown
}

/** Electron's `MessagePortMain`, as its main and utility processes have it: messages come as events, `start` starts it. */
export interface ElectronPort {
  postMessage(message: unknown): void
  close(): void
  start(): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** A wire over a channel between threads or processes of Node. */
export function nodePortWire(port: NodePort): Wire {
  const { wire, ending } = portWire(port)
  // A message that cannot be put together again is lost, and a wire with a gap must not go on.
  port.on('messageerror', () => wire.close('not-understood'))
  port.on('close', () => ending.reach(undefined))
  return { ...wire, onMessage: (listener) => void port.on('message', listener) }
}

/** A wire over a port that Electron's main process handed over. */
export function electronPortWire(port: ElectronPort): Wire {
  const { wire, ending } = portWire(port)
  port.on('close', () => ending.reach(undefined))
  return {
    ...wire,
    onMessage(listener) {
      port.on('message', ({ data }) => listener(data))
      port.start()
    },
  }
}

function portWire(port: Pick<NodePort, 'postMessage' | 'close'>) {
  const ending = new Ending()
  const wire: Omit<Wire, 'onMessage'> = {
    send(message) {
      if (!ending.reached) port.postMessage(message)
    },
    // Ports do not say. The window at the other end is watched by the shell, which reloads one that hangs.
    backlogBytes: () => 0,
    onClose: (listener) => ending.tellTo(listener),
    close(reason) {
      if (ending.reached) return
      port.close()
      ending.reach(reason)
    },
  }
  return { wire, ending }
}
