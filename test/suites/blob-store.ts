import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type {
  BlobKind,
  BlobMetadata,
  BlobOutcome,
  BlobProperties,
  BlobStore,
  BlobUpload,
  StagedPart,
} from '../../src/ports/blob-store.ts'
import { blobNameTests } from './blob-names.ts'
import { blobNotesTests } from './blob-notes.ts'

/** One storage under one implementation of the port, empty at first. */
export interface StorePlace {
  readonly store: BlobStore
  /** The same storage, opened by another process. */
  reopen(): Promise<BlobStore>
  end(): Promise<void>
}

export function value<T>(outcome: BlobOutcome<T>): T {
  if (!outcome.ok)
    throw new Error(`${outcome.failure.code}: ${outcome.failure.detail ?? outcome.failure.sentence}`)
  return outcome.value
}

function partOf(bytes: Uint8Array, offsetBytes = 0): StagedPart {
  return {
    offsetBytes,
    lengthBytes: bytes.length,
    md5: createHash('md5').update(bytes).digest('hex').toUpperCase(),
  }
}

export interface Put {
  readonly key?: string
  readonly kind?: BlobKind
  readonly condition?: 'if-absent' | 'overwrite'
  readonly properties?: BlobProperties
  readonly metadata?: BlobMetadata
}

/** Puts a whole blob and answers its ticket. */
export async function put(
  store: BlobStore,
  name: string,
  text: string | Uint8Array,
  how: Put = {},
): Promise<string> {
  const { key = `put/${createHash('md5').update(name).digest('hex')}`, kind = 'block' } = how
  const bytes = Buffer.from(text)
  const order = { key, name, kind, continues: false, sizeBytes: bytes.length }
  const upload = value(await store.begin(order))
  await stageAt(upload, bytes, 0)
  const { ticket } = value(await upload.flush(bytes.length))
  const { condition = 'overwrite', properties = {}, metadata = {} } = how
  value(await upload.commit({ condition, properties, metadata }))
  return ticket
}

export async function stageAt(upload: BlobUpload, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  if (bytes.length > 0) value(await upload.stage({ offsetBytes, bytes, parts: [partOf(bytes, offsetBytes)] }))
}

export async function textOf(store: BlobStore, name: string): Promise<string | undefined> {
  const found = value(await store.find(name))
  if (found === undefined) return undefined
  const into = new Uint8Array(found.sizeBytes + 1)
  return Buffer.from(into.subarray(0, value(await store.read(name, 0, into)))).toString()
}

const FIRST = { condition: 'if-absent', properties: {}, metadata: {} } as const

/** Where storages differ. */
export interface StoreTraits {
  /** Every text that can be a blob name has a place here; elsewhere some are refused, and nothing else happens. */
  readonly holdsEveryName: boolean
  /** A blob may end inside what was staged as one chunk, and part of a chunk can be proven. */
  readonly cutsAnywhere: boolean
}

/** What every implementation of `BlobStore` keeps. */
export function blobStoreSuite(
  name: string,
  prepare: () => Promise<StorePlace>,
  traits: StoreTraits = { holdsEveryName: true, cutsAnywhere: true },
): void {
  describe(`BlobStore: ${name}`, () => {
    let place: StorePlace
    let store: BlobStore
    beforeEach(async () => {
      place = await prepare()
      store = place.store
    })
    afterEach(async () => {
      await place.end()
    })

    test('says that it can be used, and has no blobs at first', async () => {
      expect(await store.check()).toEqual({ ok: true, value: undefined })
      expect(value(await store.find('photos/a.txt'))).toBeUndefined()
      expect(value(await store.head('photos/a.txt'))).toBeUndefined()
      expect(value(await store.list('', { limit: 10 })).names).toEqual([])
    })

    test('a blob comes back with its bytes, kind, properties and metadata', async () => {
      const properties = { 'Content-Type': 'text/plain', 'Content-MD5': 'QXiKidgWlQBn/ofcCnujZQ==' }
      const ticket = await put(store, 'photos/a.txt', 'hello', { properties, metadata: { Season: 'spring' } })
      expect(await textOf(store, 'photos/a.txt')).toBe('hello')
      const head = value(await store.head('photos/a.txt'))
      expect(head).toMatchObject({
        kind: 'block',
        sizeBytes: 5,
        ticket,
        properties,
        metadata: { Season: 'spring' },
      })
      expect(value(await store.find('photos/a.txt'))).toMatchObject({ sizeBytes: 5, ticket })
    })

    test('a blob without anything but bytes has empty properties', async () => {
      await put(store, 'photos/a.txt', 'hello')
      expect(value(await store.head('photos/a.txt'))).toMatchObject({
        kind: 'block',
        properties: {},
        metadata: {},
      })
    })

    test('an empty blob is a blob', async () => {
      await put(store, 'photos/empty', '')
      expect(value(await store.find('photos/empty'))?.sizeBytes).toBe(0)
    })

    test('nothing is visible before commit, and everything after', async () => {
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false }),
      )
      await stageAt(upload, Buffer.from('hello '), 0)
      await stageAt(upload, Buffer.from('world'), 6)
      value(await upload.flush(11))
      expect(value(await store.find('photos/a.txt'))).toBeUndefined()
      expect(value(await store.list('photos/', { limit: 10 })).names).toEqual([])
      expect(value(await upload.commit(FIRST))).toEqual({ replaced: false })
      expect(await textOf(store, 'photos/a.txt')).toBe('hello world')
    })

    test('pieces may be staged in any order and side by side', async () => {
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false }),
      )
      await Promise.all([3, 1, 0, 2].map((n) => stageAt(upload, Buffer.alloc(10, 48 + n), n * 10)))
      value(await upload.flush(40))
      value(await upload.commit(FIRST))
      expect(await textOf(store, 'photos/a.txt')).toBe([0, 1, 2, 3].map((n) => String(n).repeat(10)).join(''))
    })

    test('a page blob keeps its length and its ranges', async () => {
      const upload = value(
        await store.begin({
          key: 'c/1',
          name: 'disks/d.vhd',
          kind: 'page',
          continues: false,
          sizeBytes: 4096,
        }),
      )
      await stageAt(upload, Buffer.alloc(512, 7), 1024)
      value(await upload.flush(4096))
      value(await upload.commit(FIRST))
      expect(value(await store.head('disks/d.vhd'))).toMatchObject({ kind: 'page', sizeBytes: 4096 })
      const into = new Uint8Array(512)
      expect(value(await store.read('disks/d.vhd', 1024, into))).toBe(512)
      expect([...into].every((byte) => byte === 7)).toBe(true)
    })

    test('pages that were written before are gone on with, and proven first', async () => {
      const order = {
        key: 'c/1',
        name: 'disks/d.vhd',
        kind: 'page',
        continues: true,
        sizeBytes: 4096,
      } as const
      const before = value(await store.begin({ ...order, continues: false }))
      const bytes = Buffer.alloc(1024, 7)
      await stageAt(before, bytes, 512)
      await before.leave()
      const other = await place.reopen()
      const upload = value(await other.begin(order))
      const end = 512 + 1024
      expect(
        upload.claimed.some((one) => one.offsetBytes <= 512 && one.offsetBytes + one.lengthBytes >= end),
      ).toBe(true)
      expect(value(await upload.holds(partOf(bytes, 512), 'medium')).holds).toBe(true)
      expect(value(await upload.holds(partOf(Buffer.alloc(1024, 8), 512), 'medium')).holds).toBe(false)
      const { ticket } = value(await upload.flush(4096))
      value(await upload.commit(FIRST))
      expect(value(await other.find('disks/d.vhd'))).toMatchObject({ sizeBytes: 4096, ticket })
      await other.close()
    })

    test('the size given at the end decides, whatever was staged beyond', async () => {
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false }),
      )
      await stageAt(upload, Buffer.from('hello'), 0)
      await stageAt(upload, Buffer.from(' world'), 5)
      value(await upload.flush(5))
      value(await upload.commit(FIRST))
      expect(await textOf(store, 'photos/a.txt')).toBe('hello')
    })

    if (traits.cutsAnywhere)
      test('also inside of what was staged at once', async () => {
        const upload = value(
          await store.begin({ key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false }),
        )
        await stageAt(upload, Buffer.from('hello world'), 0)
        value(await upload.flush(5))
        value(await upload.commit(FIRST))
        expect(await textOf(store, 'photos/a.txt')).toBe('hello')
      })

    test('if-absent leaves a blob that is there alone, and the upload can still be committed elsewise', async () => {
      const ticket = await put(store, 'photos/a.txt', 'old', { metadata: { Who: 'first' } })
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false }),
      )
      await stageAt(upload, Buffer.from('new'), 0)
      value(await upload.flush(3))
      const refused = await upload.commit({ ...FIRST, metadata: { Who: 'second' } })
      expect(refused).toMatchObject({ ok: false, failure: { code: 'blob-exists', permanent: true } })
      expect(await textOf(store, 'photos/a.txt')).toBe('old')
      expect(value(await store.head('photos/a.txt'))).toMatchObject({ ticket, metadata: { Who: 'first' } })
      expect(value(await upload.commit({ ...FIRST, condition: 'overwrite' }))).toEqual({ replaced: true })
      expect(await textOf(store, 'photos/a.txt')).toBe('new')
      expect(value(await store.head('photos/a.txt'))).toMatchObject({ metadata: {} })
    })

    test('of two that want a free name, exactly one gets it', async () => {
      const uploads = await Promise.all(
        [1, 2, 3, 4].map(async (n) => {
          const key = `c/${n}`
          const upload = value(
            await store.begin({ key, name: 'photos/a.txt', kind: 'block', continues: false }),
          )
          await stageAt(upload, Buffer.from(String(n)), 0)
          value(await upload.flush(1))
          return upload
        }),
      )
      const ends = await Promise.all(
        uploads.map((upload, n) => upload.commit({ ...FIRST, metadata: { Who: String(n + 1) } })),
      )
      expect(ends.filter((end) => end.ok)).toHaveLength(1)
      expect(ends.filter((end) => !end.ok && end.failure.code === 'blob-exists')).toHaveLength(3)
      const winner = String(ends.findIndex((end) => end.ok) + 1)
      expect(await textOf(store, 'photos/a.txt')).toBe(winner)
      expect(value(await store.head('photos/a.txt'))?.metadata).toEqual({ Who: winner })
    })

    test('overwriting replaces bytes, properties, metadata and kind as a whole', async () => {
      await put(store, 'photos/a', 'x'.repeat(512), {
        kind: 'page',
        properties: { 'Content-Type': 'text/plain' },
        metadata: { Season: 'spring' },
      })
      await put(store, 'photos/a', 'y')
      expect(await textOf(store, 'photos/a')).toBe('y')
      expect(value(await store.head('photos/a'))).toMatchObject({
        kind: 'block',
        properties: {},
        metadata: {},
      })
    })

    test('every write has a ticket of its own, told before it is visible', async () => {
      const one = await put(store, 'photos/a', 'same')
      expect(value(await store.find('photos/a'))?.ticket).toBe(one)
      const two = await put(store, 'photos/a', 'same')
      expect(value(await store.find('photos/a'))?.ticket).toBe(two)
      expect(await put(store, 'photos/b', 'same')).not.toBe(two)
      expect(one).not.toBe(two)
    })

    test('another process goes on with what was staged, and proves it first', async () => {
      const order = { key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: true } as const
      const before = value(await store.begin({ ...order, continues: false }))
      await stageAt(before, Buffer.from('hello '), 0)
      await before.leave()
      const other = await place.reopen()
      const upload = value(await other.begin(order))
      expect(upload.claimed).toEqual([{ offsetBytes: 0, lengthBytes: 6 }])
      expect(value(await upload.holds(partOf(Buffer.from('hello ')), 'anywhere')).holds).toBe(true)
      expect(value(await upload.holds(partOf(Buffer.from('jello ')), 'anywhere')).holds).toBe(false)
      expect(value(await upload.holds(partOf(Buffer.from('world'), 6), 'anywhere')).holds).toBe(false)
      await stageAt(upload, Buffer.from('world'), 6)
      value(await upload.flush(11))
      value(await upload.commit(FIRST))
      expect(await textOf(other, 'photos/a.txt')).toBe('hello world')
      await other.close()
    })

    test('a fresh upload under an old key knows nothing of the old one', async () => {
      const order = { key: 'c/1', name: 'photos/a.txt', kind: 'block', continues: false } as const
      const before = value(await store.begin(order))
      await stageAt(before, Buffer.from('something longer'), 0)
      await before.leave()
      const upload = value(await store.begin(order))
      expect(upload.claimed).toEqual([])
      await stageAt(upload, Buffer.from('short'), 0)
      value(await upload.flush(5))
      value(await upload.commit(FIRST))
      expect(await textOf(store, 'photos/a.txt')).toBe('short')
    })

    test('going on after the commit never touches the blob that became visible', async () => {
      await put(store, 'photos/a.txt', 'visible', { key: 'c/1' })
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/b', kind: 'block', continues: true }),
      )
      expect(upload.claimed).toEqual([])
      await stageAt(upload, Buffer.from('other'), 0)
      await upload.leave()
      expect(await textOf(store, 'photos/a.txt')).toBe('visible')
    })

    test('what was written can be read back from where it is kept, before anybody sees it', async () => {
      const bytes = Buffer.from('x'.repeat(10_000))
      const order = { key: 'c/1', name: 'photos/a', kind: 'block', continues: false, isProven: true } as const
      const upload = value(await store.begin(order))
      await stageAt(upload, bytes, 0)
      value(await upload.flush(bytes.length))
      expect(value(await upload.holds(partOf(bytes), 'medium')).holds).toBe(true)
      const inner = bytes.subarray(100, 300)
      expect(value(await upload.holds(partOf(inner, 100), 'medium')).holds).toBe(true)
      expect(value(await upload.holds(partOf(Buffer.alloc(200), 100), 'medium')).holds).toBe(false)
      expect(value(await store.find('photos/a'))).toBeUndefined()
      value(await upload.commit({ ...FIRST, metadata: { Season: 'spring' } }))
      expect(await textOf(store, 'photos/a')).toBe(bytes.toString())
      expect(value(await store.head('photos/a'))?.metadata).toEqual({ Season: 'spring' })
    })

    test('what was staged and is proven later is gone on with by another process', async () => {
      const order = { key: 'c/1', name: 'photos/a', kind: 'block', continues: true, isProven: true } as const
      const before = value(await store.begin({ ...order, continues: false }))
      await stageAt(before, Buffer.from('hello '), 0)
      await before.leave()
      const other = await place.reopen()
      const upload = value(await other.begin(order))
      expect(value(await upload.holds(partOf(Buffer.from('hello ')), 'anywhere')).holds).toBe(true)
      await stageAt(upload, Buffer.from('world'), 6)
      const { ticket } = value(await upload.flush(11))
      expect(value(await upload.holds(partOf(Buffer.from('hello ')), 'medium')).holds).toBe(true)
      await upload.leave()
      const again = value(await other.begin(order))
      expect(value(await again.holds(partOf(Buffer.from('world'), 6), 'anywhere')).holds).toBe(true)
      expect(value(await again.holds(partOf(Buffer.from('hello ')), 'anywhere')).holds).toBe(true)
      value(await again.flush(11))
      value(await again.commit(FIRST))
      expect(await textOf(other, 'photos/a')).toBe('hello world')
      expect(ticket).not.toBe('')
      await other.close()
    })

    test('blocks whose ids the manifest chose are gone on with, too', async () => {
      const ids = ['AQAAAA==', 'AgAAAA==']
      const part = (text: string, offsetBytes: number, index: number) => ({
        ...partOf(Buffer.from(text), offsetBytes),
        id: ids[index] ?? '',
      })
      const order = { key: 'c/1', name: 'photos/a', kind: 'block', continues: true, blockIds: true } as const
      const before = value(await store.begin({ ...order, continues: false }))
      const first = part('hello ', 0, 0)
      value(await before.stage({ offsetBytes: 0, bytes: Buffer.from('hello '), parts: [first] }))
      await before.leave()
      const other = await place.reopen()
      const upload = value(await other.begin(order))
      const isClaimed = upload.claimed.some(
        ({ offsetBytes, lengthBytes }) => offsetBytes === 0 && lengthBytes >= 6,
      )
      expect(isClaimed).toBe(true)
      expect(value(await upload.holds(first, 'anywhere')).holds).toBe(true)
      const second = part('world', 6, 1)
      expect(value(await upload.holds(second, 'anywhere')).holds).toBe(false)
      value(await upload.stage({ offsetBytes: 6, bytes: Buffer.from('world'), parts: [second] }))
      const { ticket } = value(await upload.flush(11))
      value(await upload.commit(FIRST))
      expect(value(await other.find('photos/a'))).toMatchObject({ sizeBytes: 11, ticket })
      expect(await textOf(other, 'photos/a')).toBe('hello world')
      await other.close()
    })

    test('many parts staged as one are proven together', async () => {
      const bytes = Buffer.from('hello world')
      const parts = [partOf(bytes.subarray(0, 6), 0), partOf(bytes.subarray(6), 6)]
      const order = { key: 'c/1', name: 'photos/a', kind: 'block', continues: true } as const
      const before = value(await store.begin({ ...order, continues: false }))
      value(await before.stage({ offsetBytes: 0, bytes, parts }))
      await before.leave()
      const upload = value(await store.begin(order))
      for (const part of parts) expect(value(await upload.holds(part, 'anywhere', parts)).holds).toBe(true)
      const others = [parts[0], partOf(Buffer.from('w0rld'), 6)].filter((one) => one !== undefined)
      expect(value(await upload.holds(partOf(Buffer.from('w0rld'), 6), 'anywhere', others)).holds).toBe(false)
      value(await upload.flush(11))
      value(await upload.commit(FIRST))
      expect(await textOf(store, 'photos/a')).toBe('hello world')
    })

    test('part of a blob can be read, and no more than it has', async () => {
      await put(store, 'photos/a', '0123456789')
      const into = new Uint8Array(4)
      expect(value(await store.read('photos/a', 3, into))).toBe(4)
      expect(Buffer.from(into).toString()).toBe('3456')
      expect(value(await store.read('photos/a', 8, into))).toBe(2)
      expect(value(await store.read('photos/a', 10, into))).toBe(0)
      expect(await store.read('photos/b', 0, into)).toMatchObject({
        ok: false,
        failure: { code: 'blob-missing' },
      })
    })

    blobNameTests(() => place, traits)

    blobNotesTests(() => place)
  })
}
