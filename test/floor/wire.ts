import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A cable between a station and the service that can be pulled out. */
export class Wire {
  readonly url: string
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #whole = true

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async to(service: string): Promise<Wire> {
    const { port } = new URL(service)
    let wire: Wire | undefined
    const server = createServer((near) => {
      if (wire === undefined || !wire.#whole) {
        near.destroy()
        return
      }
      const far = connect(Number(port), '127.0.0.1')
      const open = wire.#open
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          open.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    wire = new Wire(server, `https://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return wire
  }

  cut(): void {
    this.#whole = false
    for (const socket of this.#open) socket.destroy()
  }

  join(): void {
    this.#whole = true
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}
