/**
 * One seed for everything random in a test run. `TALLYDOCK_SEED` replays a run; without it a fresh number is drawn. It
 * is printed once and handed to every test process, and to the programs tests start, in the same variable.
 */
import { randomInt } from 'node:crypto'

const VARIABLE = 'TALLYDOCK_SEED'
/** fast-check takes a 32-bit seed. */
const SEEDS = 2 ** 31

/** Vitest calls this once, before any test process starts. */
export default function announceSeed(): void {
  const seed = readSeed() ?? randomInt(SEEDS)
  process.env[VARIABLE] = String(seed)
  console.log(`seed ${seed}`)
}

/** The run's seed; undefined when the variable is not set. Throws when it is not a whole number in range. */
export function readSeed(): number | undefined {
  const text = process.env[VARIABLE]
  if (text === undefined || text === '') return undefined
  const seed = Number(text)
  if (Number.isInteger(seed) && Math.abs(seed) <= SEEDS) return seed
  throw new Error(
    `${VARIABLE} is "${text}". Set it to a whole number from ${-SEEDS} to ${SEEDS}, or leave it out.`,
  )
}
