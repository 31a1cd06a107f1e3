import type { CallArgs, CallName, ShownScan, Topic, TopicState } from '../../src/contract/screen.ts'
import type { ScreenEngine, ToldTopic } from '../../src/host/engine.ts'
import { fail, type Outcome, ok } from '../../src/lifecycle/outcome.ts'

type States = { [T in Topic]: TopicState<T> }

/** An engine in memory: topics change when told to, calls answer as scripted, `scan.submit` answers each scan once. */
export class FakeScreenEngine implements ScreenEngine {
  readonly id: string
  readonly calls: { name: CallName; args: unknown }[] = []
  /** Answers of calls other than `scan.submit`. */
  readonly script = new Map<CallName, (args: unknown) => Promise<Outcome<unknown>> | Outcome<unknown>>()
  /** Topics that throw when they are asked for. */
  readonly broken = new Set<Topic>()
  readonly #states: States = emptyStates()
  readonly #revisions = new Map<Topic, number>()
  readonly #listeners = new Set<(name: Topic) => void>()
  readonly #waiting: (() => void)[] = []
  #at = Date.UTC(2026, 0, 5, 8)

  constructor(id = 'engine-1') {
    this.id = id
  }

  now(): number {
    return this.#at
  }

  topic<T extends Topic>(name: T): ToldTopic<T> {
    if (this.broken.has(name)) throw new Error(`the view ${name} is broken`)
    return { revision: this.#revisions.get(name) ?? 1, state: this.#states[name] }
  }

  onTopic(listener: (name: Topic) => void): { stop(): void } {
    this.#listeners.add(listener)
    return {
      stop: () => {
        this.#listeners.delete(listener)
        for (const look of this.#waiting.splice(0)) look()
      },
    }
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Waits until there are that many listeners. */
  async untilListeners(count: number): Promise<void> {
    while (this.#listeners.size !== count) await new Promise<void>((look) => this.#waiting.push(look))
  }

  change<T extends Topic>(name: T, state: Partial<TopicState<T>>): void {
    Object.assign(this.#states, { [name]: { ...this.#states[name], ...state } })
    this.#revisions.set(name, (this.#revisions.get(name) ?? 1) + 1)
    for (const listener of this.#listeners) listener(name)
  }

  async call<N extends CallName>(name: N, args: CallArgs<N>): Promise<Outcome<unknown>> {
    this.calls.push({ name, args })
    const scripted = this.script.get(name)
    if (scripted !== undefined) return scripted(args)
    if (name === 'scan.submit') return ok(this.#receive(args as CallArgs<'scan.submit'>))
    return fail('not-scripted', 'The test did not say what this call answers.')
  }

  #receive({ scan, text }: CallArgs<'scan.submit'>): ShownScan {
    const shown = shownScan({ scan, text, at: ++this.#at })
    const { scans } = this.#states.receive
    this.change('receive', { last: shown, scans: [shown, ...scans].slice(0, 5) })
    return shown
  }
}

function shownScan(facts: Pick<ShownScan, 'scan' | 'text'> & Partial<ShownScan>): ShownScan {
  return {
    at: 0,
    verdict: 'look-up',
    say: { name: 'look-up', facts: {} },
    next: { name: 'scan-a-parcel', facts: {} },
    undo: 'no',
    undone: false,
    unsent: true,
    ...facts,
  }
}

function emptyStates(): States {
  return {
    station: {
      station: 'station-1',
      site: 'homedock',
      practice: false,
      person: 'operator',
      storage: { name: 'folder', ready: true },
      unsent: 0,
      service: { name: 'embedded', state: 'in-step' },
      printer: { name: 'folder', ready: true },
      scanner: {},
      warnings: [],
    },
    receive: { work: { doing: 'nothing', asking: false }, scans: [], expected: { jobs: 0, drives: 0 } },
    bays: { bays: [] },
    'ship-back': { boxes: [], waiting: [] },
    jobs: { jobs: [], more: 0 },
    cases: { cases: [] },
    practice: { codes: [], drives: [] },
  }
}
