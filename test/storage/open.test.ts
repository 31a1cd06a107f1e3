import fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStorage } from '../../src/storage/open.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

test('a folder URL opens that folder, and makes it when it is not there', () => {
  const root = join(temporaryFolder(), 'new', 'place')
  const store = openStorage(`folder:${root}`)
  expect(store).toMatchObject({ ok: true, value: { place: root } })
  expect(fs.statSync(root).isDirectory()).toBe(true)
})

test.each(['folder:', 'folder:relative/path', 'ftp://host/x', '/abs', ''])('%j is no storage URL', (url) => {
  expect(openStorage(url)).toMatchObject({ ok: false, failure: { code: 'storage-url-invalid' } })
})

test('a failure never repeats a URL that may hold a secret', () => {
  const failed = openStorage('gopher://account/container?sig=SECRET')
  expect(JSON.stringify(failed)).not.toContain('SECRET')
})

test('a place that is no folder is unreachable, and says so', () => {
  const file = join(temporaryFolder(), 'file')
  fs.writeFileSync(file, '')
  expect(openStorage(`folder:${file}`)).toMatchObject({ ok: false, failure: { code: 'storage-unreachable' } })
})
