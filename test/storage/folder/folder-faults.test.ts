/** What a storage folder does when its disk does not do its part. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { DIRECT_CALLS, type FileCalls } from '../../../src/storage/folder/files.ts'
import { openFolder } from '../../../src/storage/folder/open-folder.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put, stageAt, textOf, value } from '../../suites/blob-store.ts'

function failingWith(code: string): () => Promise<never> {
  return async () => {
    throw Object.assign(new Error(`${code}: asked to fail`), { code })
  }
}

function opened(root: string, faults: Partial<FileCalls> = {}): BlobStore {
  const store = openFolder(root, { ...DIRECT_CALLS, ...faults })
  if (!store.ok) throw new Error(store.failure.sentence)
  return store.value
}

const ORDER = { key: 'x/1', name: 'c/a', kind: 'block', continues: false } as const
const FIRST = { condition: 'if-absent', properties: {}, metadata: {} } as const

describe('a storage folder whose disk', () => {
  test.each([
    ['ENOSPC', 'storage-full', true],
    ['EDQUOT', 'storage-full', true],
    ['EACCES', 'BlobRequestForbidden', true],
    ['EROFS', 'BlobRequestForbidden', true],
    ['EIO', 'IOFailed', true],
    ['ESTALE', 'BlobRequestFailed', false],
    ['ETIMEDOUT', 'BlobRequestFailed', false],
    ['EFBIG', 'BlobRequestFailed', true],
  ])('answers %s to a write says %s (permanent: %s)', async (errno, code, permanent) => {
    const store = opened(temporaryFolder(), { writeAll: failingWith(errno) })
    const upload = value(await store.begin(ORDER))
    const bytes = Buffer.from('hello')
    const staged = await upload.stage({ offsetBytes: 0, bytes, parts: [] })
    expect(staged).toMatchObject({ ok: false, failure: { code, permanent } })
    await upload.leave()
  })

  test('fails to sync has lost the blob: nothing becomes visible, and the partial is never believed again', async () => {
    const root = temporaryFolder()
    const store = opened(root, { dataSync: failingWith('EIO') })
    const upload = value(await store.begin(ORDER))
    await stageAt(upload, Buffer.from('hello'), 0)
    expect(await upload.flush(5)).toMatchObject({ ok: false, failure: { code: 'IOFailed', permanent: true } })
    // The next sync would say that all is well although the bytes are gone.
    expect(await upload.flush(5)).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
    expect(await upload.commit(FIRST)).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
    await upload.leave()
    expect(fs.existsSync(join(root, 'c/a'))).toBe(false)
    const again = value(await opened(root).begin({ ...ORDER, continues: true }))
    expect(again.claimed).toEqual([])
    expect(fs.readdirSync(join(root, '.tallydock/partial/x'))).toContain('1.spoiled')
    await again.leave()
  })

  test('fails to sync the folder has not stored the blob, whatever can be seen', async () => {
    const root = temporaryFolder()
    let isFailing = false
    const store = opened(root, {
      fullSync: async (fd) => (isFailing ? failingWith('EIO')() : DIRECT_CALLS.fullSync(fd)),
    })
    const upload = value(await store.begin(ORDER))
    await stageAt(upload, Buffer.from('hello'), 0)
    value(await upload.flush(5))
    isFailing = true
    expect(await upload.commit(FIRST)).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
    await upload.leave()
  })

  test('syncs every blob and the folder of its name before it is answered as stored', async () => {
    const done: string[] = []
    const store = opened(temporaryFolder(), {
      dataSync: async (fd) => {
        await DIRECT_CALLS.dataSync(fd)
        done.push('data')
      },
      link: async (from, to) => {
        await DIRECT_CALLS.link(from, to)
        done.push('name')
      },
      fullSync: async (fd) => {
        await DIRECT_CALLS.fullSync(fd)
        done.push('folder')
      },
    })
    const upload = value(await store.begin(ORDER))
    await stageAt(upload, Buffer.from('hello'), 0)
    value(await upload.flush(5))
    value(await upload.commit(FIRST))
    const named = done.indexOf('name')
    expect(done.slice(0, named)).toContain('data')
    expect(done.slice(named + 1)).toEqual(['folder'])
  })

  test('has no hard links still gives a free name to one writer only', async () => {
    const root = temporaryFolder()
    const store = opened(root, { link: failingWith('EPERM') })
    await put(store, 'c/a', 'first', { condition: 'if-absent' })
    expect(await textOf(store, 'c/a')).toBe('first')
    const upload = value(await store.begin(ORDER))
    await stageAt(upload, Buffer.from('second'), 0)
    value(await upload.flush(6))
    expect(await upload.commit(FIRST)).toMatchObject({ ok: false, failure: { code: 'blob-exists' } })
    await upload.leave()
    expect(await textOf(store, 'c/a')).toBe('first')
  })

  test('syncs a large file on the way, so that a power cut takes little', async () => {
    let syncs = 0
    const store = opened(temporaryFolder(), {
      dataSync: async (fd) => {
        syncs++
        await DIRECT_CALLS.dataSync(fd)
      },
    })
    const upload = value(await store.begin(ORDER))
    const bytes = Buffer.alloc(16 * 1024 * 1024)
    for (let n = 0; n < 9; n++) value(await upload.stage({ offsetBytes: n * bytes.length, bytes, parts: [] }))
    expect(syncs).toBe(2)
    await upload.leave()
  })

  test('loses a folder meanwhile says that trying again helps, and then it does', async () => {
    const root = temporaryFolder()
    const store = opened(root)
    await put(store, 'c/deep/a', 'one')
    fs.rmSync(join(root, 'c'), { recursive: true })
    const upload = value(await store.begin({ ...ORDER, name: 'c/deep/b' }))
    await stageAt(upload, Buffer.from('two'), 0)
    value(await upload.flush(3))
    expect(await upload.commit(FIRST)).toMatchObject({ ok: false, failure: { permanent: false } })
    value(await upload.commit(FIRST))
    expect(await textOf(store, 'c/deep/b')).toBe('two')
  })
})

test('a blob that became visible in a commit that failed half-way is never written to again', async () => {
  const root = temporaryFolder()
  const store = opened(root, { unlink: failingWith('EIO') })
  const upload = value(await store.begin(ORDER))
  await stageAt(upload, Buffer.from('visible'), 0)
  value(await upload.flush(7))
  // Its name is taken; only the partial's name is still there, too.
  expect(await upload.commit(FIRST)).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
  await upload.leave()
  const later = opened(root)
  for (const continues of [true, false]) {
    const again = value(await later.begin({ ...ORDER, name: 'c/b', continues }))
    expect(again.claimed).toEqual([])
    await stageAt(again, Buffer.from('other'), 0)
    await again.leave()
    expect(await textOf(later, 'c/a')).toBe('visible')
    fs.rmSync(join(root, '.tallydock/partial/x/1'))
    fs.linkSync(join(root, 'c/a'), join(root, '.tallydock/partial/x/1'))
  }
})

test('a last step that failed in passing can be done again, as often as need be', async () => {
  const root = temporaryFolder()
  let failures = 0
  const store = opened(root, {
    link: async (from, to) => {
      await DIRECT_CALLS.link(from, to)
      failures = 2
    },
    fullSync: async (fd) => (failures-- > 0 ? failingWith('ESTALE')() : DIRECT_CALLS.fullSync(fd)),
  })
  const upload = value(await store.begin(ORDER))
  await stageAt(upload, Buffer.from('hello'), 0)
  const { ticket } = value(await upload.flush(5))
  const withMetadata = { ...FIRST, metadata: { Season: 'spring' } }
  let done = await upload.commit(withMetadata)
  expect(done).toMatchObject({ ok: false, failure: { permanent: false } })
  for (let more = 0; more < 3 && !done.ok; more++) done = await upload.commit(withMetadata)
  expect(done).toEqual({ ok: true, value: { replaced: false } })
  expect(value(await store.head('c/a'))).toMatchObject({ ticket, metadata: { Season: 'spring' } })
  expect(fs.readdirSync(join(root, '.tallydock/partial/x'))).toEqual([])
})

test('many blobs in one folder share its syncs', async () => {
  let syncs = 0
  const store = opened(temporaryFolder(), {
    fullSync: async (fd) => {
      syncs++
      await DIRECT_CALLS.fullSync(fd)
    },
  })
  await put(store, 'c/first', 'x')
  syncs = 0
  const names = Array.from({ length: 100 }, (_, n) => `c/${n}`)
  await Promise.all(names.map((name) => put(store, name, 'x', { condition: 'if-absent' })))
  expect(syncs).toBeLessThan(names.length)
})
