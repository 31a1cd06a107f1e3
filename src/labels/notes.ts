import { readFileSync } from 'node:fs'
import type { Log } from '../ports/log.ts'
import { writeWhole } from './write-whole.ts'

/** A few small facts that outlive a restart, by name. Reading is from memory; a write resolves when it is on the disk. */
export interface Notes<T> {
  get(name: string): T | undefined
  set(name: string, fact: T): Promise<void>
  drop(name: string): Promise<void>
  /** Forgets every name that is not kept. */
  keep(kept: (name: string) => boolean): Promise<void>
}

/** Keeps nothing over a restart. */
export function memoryNotes<T>(): Notes<T> {
  return notesOver(new Map(), async () => undefined)
}

/**
 * Notes in one JSON file. What cannot be read counts as never noted, and what cannot be written is known until the next
 * restart; both are logged. Printing relies on notes only to print nothing twice, so a lost one costs paper, not a label.
 *
 * @param read what a noted value means; undefined when it is not one
 */
export function openNotes<T>(file: string, read: (value: unknown) => T | undefined, log: Log): Notes<T> {
  const facts = readFacts(file, read, log)
  return notesOver(facts, async () => {
    try {
      await writeWhole(file, `${file}.partial`, Buffer.from(JSON.stringify(Object.fromEntries(facts))))
    } catch (error) {
      log.warn('What was printed could not be noted. After a restart it may be printed again.', {
        file,
        error: String(error),
      })
    }
  })
}

function notesOver<T>(facts: Map<string, T>, save: () => Promise<void>): Notes<T> {
  let last: Promise<void> = Promise.resolve()
  const saved = () => {
    last = last.then(save)
    return last
  }
  return {
    get: (name) => facts.get(name),
    set(name, fact) {
      facts.set(name, fact)
      return saved()
    },
    async drop(name) {
      if (facts.delete(name)) await saved()
    },
    async keep(kept) {
      const gone = [...facts.keys()].filter((name) => !kept(name))
      for (const name of gone) facts.delete(name)
      if (gone.length > 0) await saved()
    },
  }
}

function readFacts<T>(file: string, read: (value: unknown) => T | undefined, log: Log): Map<string, T> {
  const facts = new Map<string, T>()
  try {
    const noted: unknown = JSON.parse(readFileSync(file, 'utf8'))
    for (const [name, value] of Object.entries(noted ?? {})) {
      const fact = read(value)
      if (fact !== undefined) facts.set(name, fact)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      log.warn('What was printed before cannot be read. Open labels may be printed again.', {
        file,
        error: String(error),
      })
  }
  return facts
}
