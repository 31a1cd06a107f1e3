import { connect, type Socket } from 'node:net'
import type { Timers } from '../ports/clock.ts'

/** One connection to a device that takes documents as they are. Every wait is bounded; nothing here throws. */
export interface RawConnection {
  /** `stalled`: the device took nothing for that long. */
  send(bytes: Uint8Array, stallMs: number): Promise<'sent' | 'stalled' | 'broken'>
  /** What the device says next, once `isWhole`; whatever came when the time is over or the connection is. */
  listen(isWhole: (heard: string) => boolean, withinMs: number): Promise<string>
  /** Says that no more will come, waits for the device to hang up, and then lets go. */
  finish(withinMs: number): Promise<'closed' | 'open' | 'broken'>
  /** It ended otherwise than by an orderly close. */
  readonly isBroken: boolean
  /** Why it ended, for a failure's detail. */
  readonly reason: string
}

export type NotConnected = { readonly code: string }

/** Small enough that a slow device is seen to make progress. */
const CHUNK_BYTES = 8 * 1024
/** No device says more than this between two questions. */
const MOST_HEARD = 8 * 1024

export async function connectRaw(
  target: { readonly host: string; readonly port: number },
  parts: { readonly timers: Timers; readonly withinMs: number; readonly ending: AbortSignal | undefined },
): Promise<RawConnection | NotConnected> {
  const socket = connect({ ...target, autoSelectFamily: true })
  const connection = new SocketConnection(socket, parts.timers)
  const give = () => socket.destroy()
  parts.ending?.addEventListener('abort', give)
  socket.once('close', () => parts.ending?.removeEventListener('abort', give))
  if (parts.ending?.aborted === true) give()
  const connected = await connection.until(
    (done) => socket.once('connect', () => done('connected')),
    parts.withinMs,
  )
  if (connected === 'connected') return connection
  socket.destroy()
  return { code: connected === 'late' ? 'ETIMEDOUT' : connection.reason }
}

class SocketConnection implements RawConnection {
  reason = ''
  readonly #socket: Socket
  readonly #timers: Timers
  #heard = ''
  #ended = false
  #over: 'no' | 'closed' | 'broken' = 'no'
  /** Told of anything that happens on the socket. */
  #noticed: () => void = () => undefined

  constructor(socket: Socket, timers: Timers) {
    this.#socket = socket
    this.#timers = timers
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.reason = error.code ?? error.message
      this.#over = 'broken'
    })
    socket.on('end', () => {
      this.#ended = true
      this.#noticed()
    })
    socket.on('close', () => {
      if (this.#over === 'no') this.#over = 'closed'
      this.reason ||= 'closed'
      this.#noticed()
    })
    socket.on('data', (chunk: Buffer) => {
      this.#heard = (this.#heard + chunk.toString('latin1')).slice(-MOST_HEARD)
      this.#noticed()
    })
  }

  get isBroken(): boolean {
    return this.#over === 'broken'
  }

  async send(bytes: Uint8Array, stallMs: number): Promise<'sent' | 'stalled' | 'broken'> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      // A device that hung up before it has everything will not print it.
      if (this.#over !== 'no' || this.#ended) return 'broken'
      const chunk = bytes.subarray(at, at + CHUNK_BYTES)
      const taken = await this.until(
        (done) => this.#socket.write(chunk, (error) => done(error ? 'broken' : 'taken')),
        stallMs,
      )
      if (taken === 'late') return 'stalled'
      if (taken !== 'taken') return 'broken'
    }
    return 'sent'
  }

  async listen(isWhole: (heard: string) => boolean, withinMs: number): Promise<string> {
    await this.until((done) => {
      this.#noticed = () => {
        if (isWhole(this.#heard) || this.#ended) done('heard')
      }
      this.#noticed()
    }, withinMs)
    this.#noticed = () => undefined
    const heard = this.#heard
    this.#heard = ''
    return heard
  }

  async finish(withinMs: number): Promise<'closed' | 'open' | 'broken'> {
    this.#socket.end()
    await this.until(() => undefined, withinMs)
    const over = this.#over
    this.#socket.destroy()
    return over === 'no' ? 'open' : over
  }

  /** What `begin` is done with, or that the connection is over, or that it is late. */
  until<T extends string>(
    begin: (done: (what: T) => void) => void,
    withinMs: number,
  ): Promise<T | 'over' | 'late'> {
    return new Promise((resolve) => {
      const settle = (what: T | 'over' | 'late') => {
        timer.cancel()
        this.#socket.off('close', closed)
        resolve(what)
      }
      const closed = () => settle('over')
      const timer = this.#timers.after(withinMs, () => settle('late'))
      if (this.#socket.closed) return settle('over')
      this.#socket.once('close', closed)
      begin(settle)
    })
  }
}
