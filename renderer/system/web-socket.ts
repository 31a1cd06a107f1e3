/** The way to an engine that serves this page: a WebSocket at `/engine` of the same origin. Messages are JSON texts. */
import type { Transport } from '../connection/transport.ts'

export function overWebSocket(page: Location): Transport {
  const address = new URL('/engine', page.href)
  address.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:'
  address.search = ''
  address.hash = ''
  return {
    open({ opened, received, closed }) {
      const socket = new WebSocket(address)
      socket.addEventListener('open', opened)
      socket.addEventListener('message', ({ data }) => received(readJson(data)))
      // A failed connection is told by `close` too.
      socket.addEventListener('close', closed)
      return {
        send: (message) => socket.send(JSON.stringify(message)),
        close: () => socket.close(),
      }
    },
  }
}

/** The value of a JSON text; what is none stays as it is, and is not understood further up. */
function readJson(data: unknown): unknown {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
