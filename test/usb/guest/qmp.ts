import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * QEMU's machine protocol: JSON lines over a socket, commands with an id and events in between. Format: QEMU's
 * documentation, "QMP protocol specification".
 */
export class Qmp {
  readonly #socket: Socket
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #events = new Set<(event: QmpEvent) => void>()
  #count = 0

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async connect(path: string): Promise<Qmp> {
    const socket = connect(path)
    const qmp = new Qmp(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      const lines = createInterface({ input: socket })
      // The socket tells its own errors.
      lines.on('error', () => undefined)
      lines.on('line', (line) => {
        const said = JSON.parse(line) as Said
        if (said.QMP !== undefined) resolve()
        else qmp.#hear(said)
      })
    })
    socket.on('close', () => qmp.#fail(new Error('QEMU has closed its socket.')))
    socket.on('error', (error) => qmp.#fail(error))
    await qmp.run('qmp_capabilities')
    return qmp
  }

  /** Runs one command; QEMU's own words when it refuses. */
  run(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = ++this.#count
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve,
        reject: (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })),
      })
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    })
  }

  /** Resolves at the next event that fits. Ask before causing it. */
  event(fits: (event: QmpEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (event: QmpEvent) => {
        if (!fits(event)) return
        this.#events.delete(listener)
        resolve()
      }
      this.#events.add(listener)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #hear(said: Said): void {
    if (said.event !== undefined) {
      for (const listener of [...this.#events]) listener({ name: said.event, data: said.data ?? {} })
      return
    }
    const waiting = this.#waiting.get(said.id ?? 0)
    this.#waiting.delete(said.id ?? 0)
    if (said.error === undefined) waiting?.resolve(said.return)
    else waiting?.reject(new Error(said.error.desc))
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

export interface QmpEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Said {
  readonly QMP?: unknown
  readonly event?: string
  readonly data?: Record<string, unknown>
  readonly id?: number
  readonly return?: unknown
  readonly error?: { readonly desc: string }
}
