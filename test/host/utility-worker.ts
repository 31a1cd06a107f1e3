import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'

/**
 * Runs the entry of a utility process in a thread, with a `process.parentPort` as Electron's utility processes have it. A
 * message goes in as `{ data, ports }`; ports become Electron's kind on the way.
 */
const AS_UTILITY_PROCESS = `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from 'node:worker_threads'
  const electronPort = (port) => ({
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    start: () => port.start(),
    on: (event, listener) => port.addListener(event, (data) => listener({ data })),
  })
  process.parentPort = {
    postMessage: (message) => parentPort.postMessage(message),
    on: (event, listener) =>
      parentPort.on(event, ({ data, ports }) => listener({ data, ports: ports.map(electronPort) })),
  }
`)}`

export class UtilityWorker {
  readonly worker: Worker
  readonly messages: unknown[] = []

  constructor(entry: URL, args: readonly string[]) {
    this.worker = new Worker(entry, {
      argv: [...args],
      execArgv: ['--import', AS_UTILITY_PROCESS],
      stdout: true,
      stderr: true,
    })
    this.worker.on('message', (message) => this.messages.push(message))
  }

  send(data: unknown, ports: readonly MessagePort[] = []): void {
    this.worker.postMessage({ data, ports }, [...ports])
  }

  /** The page's end of a channel whose other end was handed over. */
  handPort(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.send({ kind: 'window' }, [port1])
    return port2
  }
}
