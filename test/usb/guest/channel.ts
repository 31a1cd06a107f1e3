import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { FromAgent, ToAgent } from './agent-messages.ts'

/** A program running in the guest. */
export interface GuestProcess {
  write(text: string): void
  endInput(): void
  kill(signal?: NodeJS.Signals): void
  /** Called for each whole line of standard output. */
  onLine(listener: (line: string) => void): void
  /** All of standard error so far. */
  notes(): string
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly notes: string }>
}

export interface GuestDisk {
  readonly kname: string
  readonly madeAt: number
  readonly sequence: string
}

interface Running {
  out: string
  notes: string
  rest: string
  readonly listeners: ((line: string) => void)[]
  end(code: number | null): void
}

/** The tests' end of the line to the guest's agent. */
export class Channel {
  readonly #socket: Socket
  readonly #running = new Map<number, Running>()
  readonly #disks = new Map<string, GuestDisk>()
  #listeners: (() => void)[] = []
  #count = 0
  readonly ready: Promise<void>

  constructor(path: string) {
    this.#socket = connect(path)
    this.ready = new Promise((resolve, reject) => {
      // After the start it says nothing new: QEMU ends, and with it this line.
      this.#socket.on('error', reject)
      const lines = createInterface({ input: this.#socket })
      lines.on('error', reject)
      lines.on('line', (line) => {
        const message = JSON.parse(line) as FromAgent
        if (message.kind === 'ready') resolve()
        else this.#hear(message)
      })
    })
  }

  start(
    program: string,
    args: readonly string[],
    options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
  ): GuestProcess {
    const id = ++this.#count
    const running: Running = { out: '', notes: '', rest: '', listeners: [], end: () => undefined }
    this.#running.set(id, running)
    const ended = new Promise<Awaited<GuestProcess['ended']>>((resolve) => {
      running.end = (code) => resolve({ code, out: running.out, notes: running.notes })
    })
    this.#send({ kind: 'start', id, program, args, cwd: options.cwd ?? '/', env: options.env ?? {} })
    return {
      write: (text) => this.#send({ kind: 'input', id, text }),
      endInput: () => this.#send({ kind: 'end-input', id }),
      kill: (signal = 'SIGKILL') => this.#send({ kind: 'kill', id, signal }),
      onLine: (listener) => void running.listeners.push(listener),
      notes: () => running.notes,
      ended,
    }
  }

  /** Runs a program to its end; throws unless it ends well. */
  async run(program: string, ...args: string[]): Promise<string> {
    const process = this.start(program, args)
    process.endInput()
    const { code, out, notes } = await process.ended
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${out}${notes}`)
    return out
  }

  /** Every disk the kernel has made since the agent began, by its `diskseq`. */
  disks(): ReadonlyMap<string, GuestDisk> {
    return this.#disks
  }

  /** Resolves once `there` holds; asked again whenever the guest says anything. */
  async until(there: () => boolean): Promise<void> {
    while (!there()) await new Promise<void>((resolve) => this.#listeners.push(resolve))
  }

  close(): void {
    this.#socket.destroy()
  }

  #send(message: ToAgent): void {
    this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  #hear(message: Exclude<FromAgent, { kind: 'ready' }>): void {
    if (message.kind === 'disk') this.#disks.set(message.sequence, message)
    else if (message.kind !== 'no-disk') {
      const running = this.#running.get(message.id)
      if (running === undefined) return
      if (message.kind === 'ended') {
        this.#running.delete(message.id)
        running.end(message.code)
      } else if (message.kind === 'err') running.notes += message.text
      else hearOut(running, message.text)
    }
    for (const listener of this.#listeners.splice(0)) listener()
  }
}

function hearOut(running: Running, text: string): void {
  running.out += text
  const lines = (running.rest + text).split('\n')
  running.rest = lines.pop() ?? ''
  for (const line of lines) for (const listener of running.listeners) listener(line)
}
