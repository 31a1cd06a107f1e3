import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDataFolder } from '../../src/station/data-folder.ts'
import { CountingIds } from '../fakes/ids.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallydock-data-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

test('a first start writes down where data goes, so that nothing is implied', () => {
  const opened = openDataFolder(folder, new CountingIds(1))
  if (!opened.ok) throw new Error(opened.failure.sentence)
  opened.value.release()
  const written = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>
  expect(written).toMatchObject({ defaultStorage: `folder:${join(folder, 'storage')}`, site: 'homedock' })
  expect(opened.value.config).toEqual(written)
  for (const secret of ['keys', 'tls']) expect(statSync(join(folder, secret)).mode & 0o077, secret).toBe(0)
})

test('one station at a time; the folder is free again when it is released', () => {
  const first = openDataFolder(folder, new CountingIds(1))
  expect(first.ok).toBe(true)
  expect(openDataFolder(folder, new CountingIds(2))).toMatchObject({
    ok: false,
    failure: { code: 'data-folder-in-use' },
  })
  if (first.ok) first.value.release()
  const again = openDataFolder(folder, new CountingIds(3))
  expect(again.ok).toBe(true)
  if (again.ok) again.value.release()
})

test('a misspelt setting is refused by name, and the folder is not left locked', () => {
  writeFileSync(join(folder, 'config.json'), '{"station":"dock-1","defaultStorrage":"folder:/x"}')
  const refused = openDataFolder(folder, new CountingIds(1))
  expect(refused).toMatchObject({ ok: false, failure: { code: 'config-invalid' } })
  expect(JSON.stringify(refused)).toContain('defaultStorrage')
  writeFileSync(join(folder, 'config.json'), '{"station":')
  expect(openDataFolder(folder, new CountingIds(1))).toMatchObject({
    ok: false,
    failure: { code: 'config-invalid' },
  })
})
