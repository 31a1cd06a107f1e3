import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Ids } from '../../ports/ids.ts'
import { MASTER_KEY_BYTES } from './vault.ts'

export type MasterKeyFailureCode = 'service-key-malformed' | 'service-key-unreadable'

/**
 * The key that seals BitLocker keys: the one given (`TALLYDOCK_KEY`, base64 of 32 bytes) where there is one, otherwise
 * `keys/service.key` in the data folder, made at the first start and readable by its owner only.
 */
export function masterKey(
  dataDir: string,
  ids: Ids,
  given: string | undefined,
): Outcome<Buffer, MasterKeyFailureCode> {
  if (given !== undefined && given !== '') return decode(given, 'TALLYDOCK_KEY')
  const path = join(dataDir, 'keys', 'service.key')
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const made = Buffer.from(ids.hex(MASTER_KEY_BYTES), 'hex').toString('base64')
    // Of several programs that start at once, one makes the file and all use it.
    writeFileSync(path, `${made}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!isExisting(error)) return unreadable(path, error)
  }
  try {
    return decode(readFileSync(path, 'utf8'), path)
  } catch (error) {
    return unreadable(path, error)
  }
}

function decode(text: string, where: string): Outcome<Buffer, MasterKeyFailureCode> {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === MASTER_KEY_BYTES && key.toString('base64') === text.trim()) return ok(key)
  return fail(
    'service-key-malformed',
    `${where} must hold exactly ${MASTER_KEY_BYTES} bytes in base64; put the right key back.`,
  )
}

function unreadable(path: string, error: unknown): Outcome<never, MasterKeyFailureCode> {
  return fail(
    'service-key-unreadable',
    `The key file ${path} cannot be made or read; check that the data folder is writable.`,
    error instanceof Error ? error.message : String(error),
  )
}

const isExisting = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST'
