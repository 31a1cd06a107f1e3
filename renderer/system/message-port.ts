/**
 * The way to an engine under Electron. Its preload script shows itself as `window.tallydock` and hands over a port in a
 * `message` event of this window, whose data is `tallydock.port`; each start of the engine hands over a new one.
 */
import type { LinkEvents, Transport } from '../connection/transport.ts'

const HANDED_OVER = 'tallydock.port'

interface Preload {
  /** Asks for a port, at the start and when one has closed. */
  readonly askForPort?: () => void
}

/** What the preload script put on the window; undefined in a browser. */
function preloadOf(window: Window): Preload | undefined {
  return (window as { readonly tallydock?: Preload }).tallydock
}

/** Undefined when no preload script is there. Listens from the moment it is called: call it first. */
export function overMessagePort(window: Window): Transport | undefined {
  const preload = preloadOf(window)
  if (preload === undefined) return undefined
  let handed: MessagePort | undefined
  let waiting: ((port: MessagePort) => void) | undefined
  window.addEventListener('message', (event) => {
    const [port] = event.ports
    if (event.source !== window || event.data !== HANDED_OVER || port === undefined) return
    if (waiting === undefined) handed = port
    else waiting(port)
  })
  return {
    open(events) {
      let port: MessagePort | undefined
      waiting = (given) => {
        // A second port means that a new engine has started: the old port leads nowhere.
        if (port !== undefined) port.close()
        port = given
        listen(port, events)
      }
      if (handed === undefined) preload.askForPort?.()
      else waiting(handed)
      handed = undefined
      return {
        send: (message) => port?.postMessage(message),
        close() {
          waiting = undefined
          port?.close()
        },
      }
    },
  }
}

function listen(port: MessagePort, { opened, received, closed }: LinkEvents): void {
  port.addEventListener('message', ({ data }) => received(data))
  port.addEventListener('close', closed)
  port.start()
  opened()
}
