/** `tallydock service` as a process of its own, and a wire to it that a test can cut. */
import { spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

export interface ServiceProcess {
  readonly port: number
  /** The certificate a client has to trust. */
  readonly ca: string
  /** Ends it and waits until it is gone. */
  end(): Promise<void>
}

export async function startServiceProcess(data: string): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [COMMAND, 'service', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const notes: string[] = []
  child.stderr.on('data', (chunk) => notes.push(String(chunk)))
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const lines = new Map<string, string>()
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, name = '', value = ''] = /^(service ready|ca) (.+)$/.exec(line) ?? []
      lines.set(name, value)
      if (name === 'ca') resolve()
    })
    child.on('close', (code) => reject(new Error(`The service ended with ${code}: ${notes.join('')}`)))
  })
  return {
    port: Number(new URL(lines.get('service ready') ?? '').port),
    ca: lines.get('ca') ?? '',
    async end() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** A way through to a port of this machine. Cut, it ends what is under way and refuses what comes. */
export class Wire {
  readonly #sockets = new Set<Socket>()
  readonly #server
  #isCut = false

  constructor(port: number) {
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.destroy()
        return
      }
      const far = connect(port, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
      }
    })
  }

  /** Answers the port it is reached at. */
  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
