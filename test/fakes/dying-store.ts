import type { BlobNotes, BlobOutcome, BlobStore, BlobUpload } from '../../src/ports/blob-store.ts'

/**
 * A storage as seen by a process that dies: after so many calls nothing is answered any more. `isDone` decides whether the
 * last call still reaches the storage.
 */
export function dyingStore(
  store: BlobStore,
  calls: number,
  isDone: boolean,
): { store: BlobStore; died: Promise<void> } {
  let left = calls
  const { promise: died, resolve: die } = Promise.withResolvers<void>()
  const through = <T>(call: () => Promise<T>): Promise<T> => {
    if (left > 0) {
      left--
      return call()
    }
    if (left === 0 && isDone) void call()
    left = -1
    die()
    return new Promise(() => undefined)
  }
  const notes: BlobNotes = {
    read: (key) => through(() => store.notes.read(key)),
    replace: (key, text) => through(() => store.notes.replace(key, text)),
    append: (key, text) => through(() => store.notes.append(key, text)),
    clearUploads: (key) => through(() => store.notes.clearUploads(key)),
  }
  const dyingUpload = (upload: BlobUpload): BlobUpload => ({
    claimed: upload.claimed,
    provable: upload.provable,
    holds: (part, from, within) => through(() => upload.holds(part, from, within)),
    stage: (chunk) => through(() => upload.stage(chunk)),
    flush: (sizeBytes) => through(() => upload.flush(sizeBytes)),
    commit: (order) => through(() => upload.commit(order)),
    leave: () => through(() => upload.leave()),
  })
  return {
    died,
    store: {
      place: store.place,
      notes,
      check: () => through(() => store.check()),
      find: (name) => through(() => store.find(name)),
      head: (name) => through(() => store.head(name)),
      begin: (order) =>
        through(async (): Promise<BlobOutcome<BlobUpload>> => {
          const begun = await store.begin(order)
          return begun.ok ? { ok: true, value: dyingUpload(begun.value) } : begun
        }),
      read: (name, offsetBytes, into) => through(() => store.read(name, offsetBytes, into)),
      list: (prefix, page) => through(() => store.list(prefix, page)),
      close: () => store.close(),
    },
  }
}
