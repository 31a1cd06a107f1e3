import { type FromEngine, fromEngine, SCREEN_VERSION } from '../../src/contract/screen.ts'

/** The raw line of a window, whatever carries it. */
export interface Line {
  send(message: unknown): void
  close(): void
}

/** A window without a screen: keeps what it is told, in order, and checks every message against the contract. */
export class ScreenWindow {
  readonly messages: FromEngine[] = []
  #line: Line | undefined
  #nextId = 0
  #closed = false
  readonly #waiting = new Set<() => void>()

  /** Called by whoever carries the line. */
  opened(line: Line): void {
    this.#line = line
  }
  received(message: unknown): void {
    this.messages.push(fromEngine.parse(message))
    this.#wake()
  }
  lost(): void {
    this.#closed = true
    this.#wake()
  }

  send(message: unknown): void {
    this.#line?.send(message)
  }

  close(): void {
    this.#line?.close()
  }

  get closed(): boolean {
    return this.#closed
  }

  async hello(version = SCREEN_VERSION): Promise<this> {
    this.send({ kind: 'hello', version })
    await this.until(() => this.messages.some(({ kind }) => kind === 'welcome'))
    return this
  }

  /** Calls, and answers what came back: the answer or the failure. */
  async call(name: string, args: unknown): Promise<FromEngine> {
    const id = this.#nextId++
    this.send({ kind: 'call', id, name, args })
    return this.until(() => this.messages.find((message) => 'id' in message && message.id === id))
  }

  /** What was told of a topic, oldest first. */
  told(topic: string): { revision: number; state: unknown }[] {
    return this.messages.flatMap((message) =>
      message.kind === 'topic' && message.topic === topic ? [message] : [],
    )
  }

  /** Waits until `look` finds something; rejects when the line closes first. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined && found !== false) return found
      if (this.#closed) throw new Error('the line closed while the window waited')
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  async untilClosed(): Promise<void> {
    while (!this.#closed) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
