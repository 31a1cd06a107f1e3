import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { windowSessionKey } from '../../src/host/session-key.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const ids = systemIds(systemClock)

function key(folder: string, forget = false): string {
  const made = windowSessionKey(folder, ids, { forget })
  if (!made.ok) throw new Error(made.failure.sentence)
  return made.value.toString('hex')
}

test('the key is made once, for its owner only, and tightened again when somebody loosened it', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'keys', 'window.key')

  const first = key(folder)

  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
  chmodSync(file, 0o644)
  expect(key(folder)).toBe(first)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('forgetting every browser makes another key, and so does a key that was damaged', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'keys', 'window.key')
  const first = key(folder)

  const second = key(folder, true)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
  const third = key(folder)

  expect(new Set([first, second, third]).size).toBe(3)
  expect(key(folder)).toBe(third)
})

test('a data folder that cannot be written is said, not worked around', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'keys'), 'a file where a folder belongs')

  expect(windowSessionKey(folder, ids, { forget: false })).toMatchObject({
    ok: false,
    failure: { code: 'session-key-unusable', sentence: expect.stringContaining('window.key') },
  })
})
