import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** The options of `tallydock station` that make sense under a shell; Chromium's own switches pass by. */
const OPTIONS = {
  data: { type: 'string' },
  service: { type: 'string' },
  ca: { type: 'string' },
  practice: { type: 'boolean' },
  reset: { type: 'boolean' },
} as const

/** An engine that is started again must not empty its practice dock again. */
export const FIRST_START_ONLY = '--reset'

export interface StationArgs {
  /** For the engine, in the order of `OPTIONS`. */
  readonly args: readonly string[]
  /**
   * Names the shell's own folder: a practice dock and a station on another data folder run beside the usual one, and each
   * only once.
   */
  readonly profile: string
}

/** Picks what concerns the station from the arguments of the shell. */
export function readStationArgs(given: readonly string[]): StationArgs {
  const { values } = parseArgs({ args: [...given], options: OPTIONS, strict: false, allowPositionals: true })
  const args = (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).flatMap((name) => {
    const value = values[name]
    if (typeof value === 'string') return [`--${name}`, value]
    return value === true && OPTIONS[name].type === 'boolean' ? [`--${name}`] : []
  })
  const data = typeof values.data === 'string' ? `-${folderName(values.data)}` : ''
  return { args, profile: `tallydock${values.practice === true ? '-practice' : ''}${data}` }
}

function folderName(folder: string): string {
  return createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)
}
