import type { Log, LogFacts } from '../../src/ports/log.ts'

/** Keeps what was logged. */
export class FakeLog implements Log {
  readonly lines: { level: 'debug' | 'info' | 'warn' | 'error'; message: string; facts: LogFacts }[]
  readonly #facts: LogFacts

  constructor(facts: LogFacts = {}, lines: FakeLog['lines'] = []) {
    this.#facts = facts
    this.lines = lines
  }

  debug(message: string, facts: LogFacts = {}): void {
    this.#add('debug', message, facts)
  }
  info(message: string, facts: LogFacts = {}): void {
    this.#add('info', message, facts)
  }
  warn(message: string, facts: LogFacts = {}): void {
    this.#add('warn', message, facts)
  }
  error(message: string, facts: LogFacts = {}): void {
    this.#add('error', message, facts)
  }
  with(facts: LogFacts): Log {
    return new FakeLog({ ...this.#facts, ...facts }, this.lines)
  }

  #add(level: FakeLog['lines'][number]['level'], message: string, facts: LogFacts): void {
    this.lines.push({ level, message, facts: { ...this.#facts, ...facts } })
  }
}
