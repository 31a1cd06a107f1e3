import type { MessagePort } from 'node:worker_threads'
import type { ElectronPort } from '../../src/host/message-port-wire.ts'

/** A port of Node in the form in which Electron's main and utility processes see theirs. */
export function standInPort(port: MessagePort): ElectronPort {
  const on: ElectronPort['on'] = (
    event: 'message' | 'close',
    listener: ((event: { data: unknown }) => void) | (() => void),
  ) => {
    if (event === 'close') return port.on('close', listener as () => void)
    // Unlike Node's, it waits for `start`.
    port.addListener('message', (data: unknown) => listener({ data }))
    return undefined
  }
  return {
    on,
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    start: () => port.start(),
  }
}
