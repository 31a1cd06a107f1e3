import { scryptSync, timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configFaults } from '../contract/config.ts'
import { type PeopleFile, type Person, peopleFile } from '../contract/people.ts'
import type { People } from '../lifecycle/decide/context.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Ids } from '../ports/ids.ts'

/** Cost of one guess, about 50 ms: `N` of scrypt (RFC 7914). */
const COST = { N: 16_384, r: 8, p: 1 } as const
const HASH_BYTES = 32
const SALT_BYTES = 16

/** Wrong PINs in a row after which a badge takes none until the station starts anew. */
const MOST_WRONG_PINS = 5

/** The badges of this station, as `people.json` has them now: a change of the file is seen at the next scan. */
export class Badges implements People {
  readonly #path: string
  readonly #wrong = new Map<string, number>()

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'people.json')
  }

  any(): boolean {
    return this.all().length > 0
  }

  known(badge: string): Pick<Person, 'role'> | undefined {
    return this.#find(badge)
  }

  /** The name for a screen; never for an entry. */
  nameOf(badge: string): string | undefined {
    return this.#find(badge)?.name
  }

  isPinOf(badge: string, pin: string): boolean {
    const kept = this.#find(badge)?.pin
    const wrong = this.#wrong.get(badge) ?? 0
    if (kept === undefined || wrong >= MOST_WRONG_PINS) return false
    const right = timingSafeEqual(hashOf(pin, kept.salt), Buffer.from(kept.hash, 'hex'))
    if (right) this.#wrong.delete(badge)
    else this.#wrong.set(badge, wrong + 1)
    return right
  }

  all(): readonly Person[] {
    const read = this.read()
    return read.ok ? read.value.people : []
  }

  /** The file; no file is no people. */
  read(): Outcome<PeopleFile, 'people-unreadable'> {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok({ people: [] })
      return fail('people-unreadable', `${this.#path} cannot be read. Check its permissions.`, String(error))
    }
    try {
      const parsed = peopleFile.safeParse(JSON.parse(text))
      if (parsed.success) return ok(parsed.data)
      return fail(
        'people-unreadable',
        `${this.#path} has a fault: ${configFaults(parsed.error)}. Correct it.`,
      )
    } catch (error) {
      return fail('people-unreadable', `${this.#path} is not valid JSON. Correct it.`, String(error))
    }
  }

  /** Gives somebody a badge, or changes who has it. */
  put(person: Omit<Person, 'pin'>, pin: string | undefined, ids: Ids): Outcome<void, 'people-unreadable'> {
    const read = this.read()
    if (!read.ok) return read
    const salt = ids.hex(SALT_BYTES)
    const kept = pin === undefined ? {} : { pin: { salt, hash: hashOf(pin, salt).toString('hex') } }
    const others = read.value.people.filter(({ badge }) => badge !== person.badge)
    return this.#write({ people: [...others, { ...person, ...kept }] })
  }

  /** Takes a badge back. Answers whether anybody had it. */
  remove(badge: string): Outcome<boolean, 'people-unreadable'> {
    const read = this.read()
    if (!read.ok) return read
    const others = read.value.people.filter((one) => one.badge !== badge)
    const written = this.#write({ people: others })
    return written.ok ? ok(others.length < read.value.people.length) : written
  }

  #find(badge: string): Person | undefined {
    return this.all().find((one) => one.badge === badge)
  }

  #write(file: PeopleFile): Outcome<void, 'people-unreadable'> {
    try {
      writeFileSync(`${this.#path}.new`, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
      return ok()
    } catch (error) {
      return fail('people-unreadable', `${this.#path} cannot be written. Check the folder.`, String(error))
    }
  }
}

function hashOf(pin: string, salt: string): Buffer {
  return scryptSync(pin, Buffer.from(salt, 'hex'), HASH_BYTES, COST)
}
