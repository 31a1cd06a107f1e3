import { createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A printer on a TCP port: keeps what each connection brought, and behaves as it is told. `~HS` is not part of a document:
 * a printer that speaks it answers, one that does not swallows it.
 */
export interface RawSink {
  readonly port: number
  /** What was taken whole, oldest first. */
  readonly documents: readonly Uint8Array[]
  /** Bytes taken so far, also of documents that never became whole. */
  readonly takenBytes: number
  /** Questions asked so far. */
  readonly asked: number
  close(): Promise<void>
}

export interface SinkManners {
  /** Answers to `~HS`, one after the other, the last for ever; none: it does not speak it. */
  answers?: (() => string)[]
  /** Most bytes it takes a second. */
  bytesPerSecond?: number
  /** Takes this much, then no more. */
  stopsAfterBytes?: number
  /** Takes this much, then breaks the connection. */
  resetsAfterBytes?: number
  /** Never hangs up by itself. */
  keepsOpen?: boolean
}

export async function rawSink(
  manners: SinkManners = {},
  port = 0,
): Promise<RawSink & { manners: SinkManners }> {
  const documents: Uint8Array[] = []
  const sockets = new Set<Socket>()
  const counts = { taken: 0, asked: 0 }
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    serve(socket, manners, documents, counts)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  onTestFinished(close)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    documents,
    manners,
    get takenBytes() {
      return counts.taken
    },
    get asked() {
      return counts.asked
    },
    close,
  }
}

const QUESTION = '~HS\r\n'

function serve(
  socket: Socket,
  manners: SinkManners,
  documents: Uint8Array[],
  counts: { taken: number; asked: number },
) {
  const chunks: Buffer[] = []
  const keep = () => {
    const all = Buffer.concat(chunks).toString('latin1').replaceAll(QUESTION, '')
    chunks.length = 0
    if (all.length > 0) documents.push(new Uint8Array(Buffer.from(all, 'latin1')))
  }
  socket.on('data', (chunk: Buffer) => {
    const { stopsAfterBytes = Infinity, resetsAfterBytes = Infinity, bytesPerSecond = Infinity } = manners
    counts.taken += chunk.length
    chunks.push(chunk)
    for (const _ of chunk.toString('latin1').split(QUESTION).slice(1)) {
      counts.asked++
      const answer = manners.answers?.[Math.min(counts.asked, manners.answers.length) - 1]
      if (answer !== undefined) socket.write(answer())
    }
    if (counts.taken >= resetsAfterBytes) return socket.resetAndDestroy()
    if (counts.taken >= stopsAfterBytes) return socket.pause()
    if (bytesPerSecond < Infinity) {
      socket.pause()
      setTimeout(() => socket.resume(), (chunk.length / bytesPerSecond) * 1000)
    }
  })
  socket.on('end', () => {
    keep()
    if (manners.keepsOpen !== true) socket.end()
  })
}

/** An answer to `~HS` as the published description has it. */
export function hostStatus(
  flags: {
    paperOut?: boolean
    paused?: boolean
    headOpen?: boolean
    ribbonOut?: boolean
    bufferFull?: boolean
    formats?: number
    remaining?: number
  } = {},
): string {
  const bit = (flag: boolean | undefined) => (flag === true ? 1 : 0)
  const formats = String(flags.formats ?? 0).padStart(3, '0')
  const remaining = String(flags.remaining ?? 0).padStart(8, '0')
  return [
    `030,${bit(flags.paperOut)},${bit(flags.paused)},1219,${formats},${bit(flags.bufferFull)},0,0,000,0,0,0`,
    `000,0,${bit(flags.headOpen)},${bit(flags.ribbonOut)},1,2,4,0,${remaining},1,000`,
    '1234,0',
  ]
    .map((line) => `\x02${line}\x03\r\n`)
    .join('')
}
