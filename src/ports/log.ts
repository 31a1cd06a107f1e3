/**
 * Diagnostics for people who run the program. A log line is never the only place a fact lives, and never holds
 * a key, a token, an address or a name of a customer's file's content.
 */
export interface Log {
  debug(message: string, facts?: LogFacts): void
  info(message: string, facts?: LogFacts): void
  warn(message: string, facts?: LogFacts): void
  error(message: string, facts?: LogFacts): void
  /** The same log with facts added to each line. */
  with(facts: LogFacts): Log
}

export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>
