/** A storage that is asked again where that may help, for those who do not decide that themselves. */
import type { BlobOutcome, BlobStore, BlobUpload } from '../../ports/blob-store.ts'

export type Ask = <T>(question: () => Promise<BlobOutcome<T>>) => Promise<BlobOutcome<T>>

export function patientStore(store: BlobStore, ask: Ask): BlobStore {
  const { notes } = store
  return {
    place: store.place,
    check: () => ask(() => store.check()),
    find: (name) => ask(() => store.find(name)),
    head: (name) => ask(() => store.head(name)),
    begin: async (order) => {
      const begun = await ask(() => store.begin(order))
      return begun.ok ? { ok: true, value: patientUpload(begun.value, ask) } : begun
    },
    read: (name, offsetBytes, into) => ask(() => store.read(name, offsetBytes, into)),
    list: (prefix, page) => ask(() => store.list(prefix, page)),
    notes: {
      read: (key) => ask(() => notes.read(key)),
      replace: (key, text) => ask(() => notes.replace(key, text)),
      append: (key, text) => ask(() => notes.append(key, text)),
      clearUploads: (key) => ask(() => notes.clearUploads(key)),
    },
    close: () => store.close(),
  }
}

function patientUpload(upload: BlobUpload, ask: Ask): BlobUpload {
  return {
    claimed: upload.claimed,
    provable: upload.provable,
    holds: (part, from, within) => ask(() => upload.holds(part, from, within)),
    stage: (chunk) => ask(() => upload.stage(chunk)),
    flush: (sizeBytes) => ask(() => upload.flush(sizeBytes)),
    commit: (order) => ask(() => upload.commit(order)),
    leave: () => upload.leave(),
  }
}
