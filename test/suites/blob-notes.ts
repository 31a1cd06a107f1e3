import { beforeEach, describe, expect, test } from 'vitest'
import type { BlobStore } from '../../src/ports/blob-store.ts'
import { type StorePlace, stageAt, value } from './blob-store.ts'

/** Part of the suite of `BlobStore`: the small texts beside unfinished uploads. */
export function blobNotesTests(prepared: () => StorePlace): void {
  let place: StorePlace
  let store: BlobStore
  beforeEach(() => {
    place = prepared()
    store = place.store
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
}
