import type { WebSocket } from 'ws'
import { Ending, WIRE_ENDS, type Wire } from './wire.ts'

/** The longest message a window may send: a scan of 65,536 characters, each escaped in JSON, fits. */
export const MOST_MESSAGE_BYTES = 512 * 1024

/** A wire over an accepted WebSocket: each message is one text frame of JSON; the closing code is that of `WIRE_ENDS`. */
export function webSocketWire(socket: WebSocket): Wire {
  const ending = new Ending()
  socket.on('close', () => ending.reach(undefined))
  // Broken frames, too long a message, a line that failed: the socket closes right after, and that is what counts.
  socket.on('error', () => ending.reach(undefined))
  return {
    send(message) {
      if (!ending.reached) socket.send(JSON.stringify(message))
    },
    backlogBytes: () => socket.bufferedAmount,
    onMessage(listener) {
      socket.on('message', (data, isBinary) => listener(isBinary ? undefined : readJson(String(data))))
    },
    onClose: (listener) => ending.tellTo(listener),
    close(reason) {
      if (ending.reached) return
      socket.close(WIRE_ENDS[reason].closeCode, reason)
      ending.reach(reason)
    },
  }
}

/** `undefined`, which no message is, for a text that is not JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
