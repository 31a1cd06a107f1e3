import { fileURLToPath } from 'node:url'
import type { VerdictLine } from '../../src/contract/verdict-line.ts'
import type { Channel, GuestProcess } from './guest/channel.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

/** The engine, running in the guest: a scanner in, verdicts out. */
export class GuestScans {
  readonly #channel: Channel
  readonly #process: GuestProcess
  readonly #answers: VerdictLine[] = []

  /** `cache`: folder of compiled code that Node.js keeps. */
  constructor(channel: Channel, dataDir: string, cache: string) {
    this.#channel = channel
    const env = { NODE_COMPILE_CACHE: cache }
    this.#process = channel.start(process.execPath, [COMMAND, 'scan', '--data', dataDir], { env })
    this.#process.onLine((line) => this.#answers.push(JSON.parse(line) as VerdictLine))
  }

  async scan(text: string): Promise<VerdictLine> {
    this.#process.write(`${text}\n`)
    await this.#heard(() => this.#answers.length > 0)
    return this.#answers.shift() as VerdictLine
  }

  /** Looks a drive up until it stands as wanted; looking changes nothing. */
  async until(serial: string, stands: RegExp): Promise<VerdictLine> {
    for (;;) {
      const seen = await this.scan(serial)
      if (stands.test(seen.sentence)) return seen
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }

  /** Waits until the engine has said something like this on its log. */
  async said(words: RegExp): Promise<void> {
    await this.#heard(() => words.test(this.notes()))
  }

  notes(): string {
    return this.#process.notes()
  }

  async end(): Promise<number | null> {
    this.#process.endInput()
    return (await this.#process.ended).code
  }

  async #heard(there: () => boolean): Promise<void> {
    let code: number | null | undefined
    void this.#process.ended.then((ended) => {
      code = ended.code
    })
    await this.#channel.until(() => there() || code !== undefined)
    if (!there()) throw new Error(`The engine in the guest ended with ${code}: ${this.notes()}`)
  }
}

/** The journal in a data folder of the guest. */
export async function journalOf(channel: Channel, dataDir: string): Promise<readonly GuestEntry[]> {
  const lines = await channel.run(process.execPath, COMMAND, 'ledger', 'export', '--data', dataDir)
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { entry: GuestEntry }).entry)
}

export interface GuestEntry {
  readonly at: number
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
}
