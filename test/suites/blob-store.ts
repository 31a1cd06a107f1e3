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
  const upload = value(await store.begin({ key, name, kind, continues: false }))
  const bytes = Buffer.from(text)
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

/** What every implementation of `BlobStore` keeps. */
export function blobStoreSuite(name: string, prepare: () => Promise<StorePlace>): void {
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
        await store.begin({ key: 'c/1', name: 'disks/d.vhd', kind: 'page', continues: false }),
      )
      await stageAt(upload, Buffer.alloc(512, 7), 1024)
      value(await upload.flush(4096))
      value(await upload.commit(FIRST))
      expect(value(await store.head('disks/d.vhd'))).toMatchObject({ kind: 'page', sizeBytes: 4096 })
      const into = new Uint8Array(512)
      expect(value(await store.read('disks/d.vhd', 1024, into))).toBe(512)
      expect([...into].every((byte) => byte === 7)).toBe(true)
    })

    test('the size given at the end decides, whatever was staged beyond', async () => {
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

    test('what was written can be read back from where it is kept', async () => {
      const bytes = Buffer.from('x'.repeat(10_000))
      const upload = value(
        await store.begin({ key: 'c/1', name: 'photos/a', kind: 'block', continues: false }),
      )
      await stageAt(upload, bytes, 0)
      expect(value(await upload.holds(partOf(bytes), 'medium')).holds).toBe(true)
      const inner = bytes.subarray(100, 300)
      expect(value(await upload.holds(partOf(inner, 100), 'medium')).holds).toBe(true)
      expect(value(await upload.holds(partOf(Buffer.alloc(200), 100), 'medium')).holds).toBe(false)
      await upload.leave()
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

    test('lists names in order, by prefix and by page', async () => {
      const names = [
        'a/z',
        'photos/a',
        'photos/a.txt',
        'photos/a/b',
        'photos/a/c',
        'photos/b',
        'photosb/x',
        'z/a',
      ]
      for (const one of [...names].reverse()) await put(store, one, one)
      const listed: string[] = []
      let after: string | undefined
      do {
        const page = value(
          await store.list('photos', { limit: 3, ...(after === undefined ? {} : { after }) }),
        )
        expect(page.names.length).toBeLessThanOrEqual(3)
        listed.push(...page.names)
        after = page.next
      } while (after !== undefined)
      expect(listed).toEqual(names.filter((one) => one.startsWith('photos')))
      expect(value(await store.list('photos/a/', { limit: 9 })).names).toEqual(['photos/a/b', 'photos/a/c'])
    })

    test.each([
      'c/../../etc/passwd',
      'c/./x',
      'c//x',
      'c/x/',
      'c/x.',
      'c/x ',
      'c/CON',
      'c/nul.txt',
      'c/a:b',
      'c/a*?<>|"b',
      'c/a\nb',
      `c/${'n'.repeat(300)}`,
      `c/${'é'.repeat(200)}`,
      `c/${'d/'.repeat(200)}x`,
      `c/${'long-name-'.repeat(24)}`,
      'c/.tallydock',
      'c/%2e%2e',
      '$root/index.html',
    ])('a name that is hard to hold is held all the same: %s', async (hard) => {
      await put(store, hard, `bytes of ${hard}`, { condition: 'if-absent', metadata: { Name: 'yes' } })
      await put(store, 'c/other', 'other')
      expect(await textOf(store, hard)).toBe(`bytes of ${hard}`)
      const other = await place.reopen()
      expect(await textOf(other, hard)).toBe(`bytes of ${hard}`)
      expect(value(await other.head(hard))?.metadata).toEqual({ Name: 'yes' })
      const listed = value(await other.list('', { limit: 10 })).names
      expect(listed).toEqual([hard, 'c/other'].sort())
      await put(other, hard, 'again')
      expect(await textOf(other, hard)).toBe('again')
      await other.close()
    })

    test.each([
      [['c/a', 'c/a/b', 'c/a/b/c']],
      [['c/a/b/c', 'c/a/b', 'c/a']],
      [['c/A', 'c/a', 'C/a', 'c/\u00e9', 'c/e\u0301']],
      [['c/a', 'c/a.json', 'c/a.json/b', 'c/a.json.json']],
    ])('names that get in each other’s way all keep their own blob: %j', async (names) => {
      for (const one of names) await put(store, one, one, { condition: 'if-absent', metadata: { Name: one } })
      for (const again of [store, await place.reopen()]) {
        for (const one of names) {
          expect(await textOf(again, one)).toBe(one)
          expect(value(await again.head(one))?.metadata).toEqual({ Name: one })
        }
        expect(value(await again.list('', { limit: 10 })).names).toEqual([...names].sort())
      }
    })

    test.each(['plain', '/a', 'c/', '', 'c/\ud800'])('what is no blob name is refused: %j', async (bad) => {
      const refused = { ok: false, failure: { code: 'BlobRequestFailed', permanent: true } }
      expect(await store.find(bad)).toMatchObject(refused)
      expect(await store.begin({ key: 'c/1', name: bad, kind: 'block', continues: false })).toMatchObject(
        refused,
      )
    })

    describe('notes', () => {
      test('are replaced, added to, and read by another process', async () => {
        expect(value(await store.notes.read('c/notes'))).toBeUndefined()
        value(await store.notes.append('c/notes', 'one\n'))
        value(await store.notes.append('c/notes', 'two\n'))
        const other = await place.reopen()
        expect(value(await other.notes.read('c/notes'))).toBe('one\ntwo\n')
        value(await store.notes.replace('c/notes', 'new\n'))
        value(await store.notes.append('c/notes', 'more\n'))
        expect(value(await other.notes.read('c/notes'))).toBe('new\nmore\n')
        await other.close()
      })

      test('clearing forgets the uploads beside a note and keeps the note', async () => {
        const order = { key: 'c/1', name: 'photos/a', kind: 'block', continues: true } as const
        const upload = value(await store.begin(order))
        await stageAt(upload, Buffer.from('left'), 0)
        await upload.leave()
        value(await store.notes.append('c/notes', 'kept'))
        value(await store.notes.clearUploads('c/notes'))
        expect(value(await store.notes.read('c/notes'))).toBe('kept')
        const again = value(await store.begin(order))
        expect(again.claimed).toEqual([])
        await again.leave()
      })

      test('clearing where nothing is does nothing', async () => {
        expect(await store.notes.clearUploads('nobody/notes')).toEqual({ ok: true, value: undefined })
      })
    })
  })
}
