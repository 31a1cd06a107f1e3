/** Where a folder store puts things: people and other programs read these folders, so the places are a promise. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { openStorage } from '../../../src/storage/open.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put, stageAt, textOf, value } from '../../suites/blob-store.ts'

function opened(root: string): BlobStore {
  const store = openStorage(`folder:${root}`)
  if (!store.ok) throw new Error(store.failure.sentence)
  return store.value
}

const odd = (name: string) => join('.tallydock', 'odd', createHash('sha256').update(name).digest('hex'))
const FIRST = { condition: 'if-absent', properties: {}, metadata: {} } as const

describe('a storage folder', () => {
  test('keeps a blob at its own path, and its properties beside in our folder', async () => {
    const root = temporaryFolder()
    await put(opened(root), 'c/a/b.txt', 'hello', {
      properties: { 'Content-Type': 'text/plain' },
      metadata: { A: 'b' },
    })
    expect(fs.readFileSync(join(root, 'c/a/b.txt'), 'utf8')).toBe('hello')
    expect(JSON.parse(fs.readFileSync(join(root, '.tallydock/props/c/a/b.txt.json'), 'utf8'))).toMatchObject({
      name: 'c/a/b.txt',
      kind: 'block',
      properties: { 'Content-Type': 'text/plain' },
      metadata: { A: 'b' },
    })
  })

  test('writes no properties file for a blob that has nothing to say', async () => {
    const root = temporaryFolder()
    await put(opened(root), 'c/plain', 'hello')
    expect(fs.existsSync(join(root, '.tallydock/props'))).toBe(false)
  })

  test.each(['c/../x', 'c/.', 'c//x', 'c/x/', `c/${'n'.repeat(256)}`, 'c/a\0b'])(
    'keeps %j, which no file can be called, by the hash of its name',
    async (name) => {
      const root = temporaryFolder()
      await put(opened(root), name, 'hello')
      expect(fs.readFileSync(join(root, odd(name)), 'utf8')).toBe('hello')
    },
  )

  test('keeps a blob that stands where a folder is needed, and the other way round', async () => {
    const root = temporaryFolder()
    const store = opened(root)
    await put(store, 'c/a', 'file first')
    await put(store, 'c/a/b', 'below it')
    expect(fs.readFileSync(join(root, 'c/a'), 'utf8')).toBe('file first')
    expect(fs.readFileSync(join(root, odd('c/a/b')), 'utf8')).toBe('below it')
    await put(store, 'c/d/e', 'folder first')
    await put(store, 'c/d', 'above it', { condition: 'if-absent' })
    expect(fs.readFileSync(join(root, odd('c/d')), 'utf8')).toBe('above it')
  })

  test('keeps what is unfinished in our folder and leaves nothing of it behind', async () => {
    const root = temporaryFolder()
    const store = opened(root)
    const upload = value(await store.begin({ key: 'copy-1/7', name: 'c/a', kind: 'block', continues: false }))
    await stageAt(upload, Buffer.from('half'), 0)
    expect(fs.readdirSync(join(root, '.tallydock/partial/copy-1'))).toEqual(['7'])
    value(await upload.flush(4))
    value(await upload.commit(FIRST))
    expect(fs.readdirSync(join(root, '.tallydock/partial/copy-1'))).toEqual([])
  })

  test.each(['../x/1', 'x/../1', 'x', 'x/y/z', '/x/1', 'x/', 'a/.hidden'])(
    'takes no key that could leave that folder: %j',
    async (key) => {
      const store = opened(temporaryFolder())
      await expect(store.begin({ key, name: 'c/a', kind: 'block', continues: false })).rejects.toThrow('key')
    },
  )

  test('an old properties file is not taken for that of a new blob', async () => {
    const root = temporaryFolder()
    await put(opened(root), 'c/a', 'old', { metadata: { Season: 'spring' } })
    fs.rmSync(join(root, 'c/a'))
    const store = opened(root)
    await put(store, 'c/a', 'new', { condition: 'if-absent' })
    expect(value(await store.head('c/a'))).toMatchObject({ metadata: {} })
  })

  test('a folder that was moved by other means keeps its properties', async () => {
    const root = temporaryFolder()
    await put(opened(join(root, 'here')), 'c/a', 'hello', { metadata: { Season: 'spring' } })
    fs.cpSync(join(root, 'here'), join(root, 'there'), { recursive: true })
    expect(value(await opened(join(root, 'there')).head('c/a'))).toMatchObject({
      metadata: { Season: 'spring' },
    })
  })

  test('a crash between data and properties leaves the new data with the new properties', async () => {
    const root = temporaryFolder()
    const store = opened(root)
    await put(store, 'c/a', 'old', { metadata: { Season: 'spring' } })
    const ticket = await put(store, 'c/a', 'new', { metadata: { Season: 'autumn' } })
    // As it was before the last step of that commit: the old text in its place, the new one waiting beside it.
    const path = join(root, '.tallydock/props/c/a.json')
    const fresh = fs.readFileSync(path, 'utf8')
    fs.writeFileSync(`${path}.${ticket}`, fresh)
    fs.writeFileSync(path, fresh.replace('autumn', 'spring').replace(ticket, 'before'))
    expect(value(await opened(root).head('c/a'))).toMatchObject({ metadata: { Season: 'autumn' } })
  })

  test('properties that cannot be read are a failure, never an empty answer', async () => {
    const root = temporaryFolder()
    const store = opened(root)
    await put(store, 'c/a', 'hello', { metadata: { Season: 'spring' } })
    for (const text of ['{', '[]', '{"name":"c/a"}']) {
      fs.writeFileSync(join(root, '.tallydock/props/c/a.json'), text)
      expect(await store.head('c/a')).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
    }
  })

  test('a name beside our folder is not ours', async () => {
    const root = temporaryFolder()
    fs.writeFileSync(join(root, 'readme.txt'), 'not in a container')
    fs.mkdirSync(join(root, 'c'))
    fs.writeFileSync(join(root, 'c/by-hand'), 'put here by a person')
    const store = opened(root)
    expect(value(await store.list('', { limit: 10 })).names).toEqual(['c/by-hand'])
    expect(await textOf(store, 'c/by-hand')).toBe('put here by a person')
  })
})

describe('a link inside a storage folder', () => {
  function withLink(at: string): { root: string; outside: string; store: BlobStore } {
    const outside = temporaryFolder()
    fs.writeFileSync(join(outside, 'secret'), 'outside')
    const root = temporaryFolder()
    fs.mkdirSync(join(root, at, '..'), { recursive: true })
    fs.symlinkSync(at.endsWith('file') ? join(outside, 'secret') : outside, join(root, at))
    return { root, outside, store: opened(root) }
  }
  const refused = { ok: false, failure: { code: 'BlobRequestForbidden', permanent: true } }

  test('is never followed to read', async () => {
    const folder = withLink('c/folder')
    expect(await folder.store.find('c/folder/secret')).toMatchObject(refused)
    const file = withLink('c/file')
    expect(await file.store.read('c/file', 0, new Uint8Array(9))).toMatchObject(refused)
  })

  test.each(['c', 'c/folder', '.tallydock/partial', '.tallydock/odd', '.tallydock/props'])(
    'is never followed to write: %s',
    async (at) => {
      const { outside, store } = withLink(at)
      for (const name of ['c/folder/new', 'c/folder/../new']) {
        const begun = await store.begin({ key: 'x/1', name, kind: 'page', continues: false })
        if (begun.ok) {
          await stageAt(begun.value, Buffer.from('x'), 0)
          value(await begun.value.flush(1))
          await begun.value.commit(FIRST)
          await begun.value.leave()
        }
      }
      expect(fs.readdirSync(outside)).toEqual(['secret'])
    },
  )

  test('is no place for our folder', () => {
    const outside = temporaryFolder()
    const root = temporaryFolder()
    fs.symlinkSync(outside, join(root, '.tallydock'))
    expect(openStorage(`folder:${root}`)).toMatchObject({
      ok: false,
      failure: { code: 'storage-unreachable' },
    })
  })
})
