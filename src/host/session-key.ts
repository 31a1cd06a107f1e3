import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Ids } from '../ports/ids.ts'

const KEY_BYTES = 32
const KEY_TEXT = /^[0-9a-f]{64}\n$/

/**
 * The key that seals window sessions: `keys/window.key` in the data folder, 32 bytes in hex, for its owner only. Made at the
 * first start, and made anew when it was damaged or when `forget` asks that every browser be let in again. Only the engine
 * that holds the data folder may ask.
 */
export function windowSessionKey(
  dataDir: string,
  ids: Ids,
  { forget }: { readonly forget: boolean },
): Outcome<Buffer, 'session-key-unusable'> {
  const folder = join(dataDir, 'keys')
  const file = join(folder, 'window.key')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const kept = forget ? undefined : readKey(file)
    if (kept !== undefined) return ok(kept)
    const made = ids.hex(KEY_BYTES)
    rmSync(`${file}.new`, { force: true })
    writeFileSync(`${file}.new`, `${made}\n`, { flag: 'wx', mode: 0o600 })
    renameSync(`${file}.new`, file)
    return ok(Buffer.from(made, 'hex'))
  } catch (error) {
    return fail(
      'session-key-unusable',
      `${file} cannot be read or made. Check space and permissions, and start again.`,
      String(error),
    )
  }
}

/** Undefined where there is none, or none that holds together: sessions are all that is lost with it. */
function readKey(file: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (!KEY_TEXT.test(text)) return undefined
  // Whoever loosened it, the next start tightens it.
  chmodSync(file, 0o600)
  return Buffer.from(text.trim(), 'hex')
}
