/** Notes as files under `partial/`, beside the uploads they speak of. */
import type { BlobNotes, BlobOutcome } from '../../ports/blob-store.ts'
import { listFolder, O_CREAT, O_NOFOLLOW, O_RDWR, O_TRUNC, O_WRONLY, readFile } from './files.ts'
import { blobFailure, errnoOf } from './folder-failure.ts'
import { keyPath, prepareKey } from './folder-keys.ts'
import type { FolderTree } from './folder-tree.ts'

interface OpenNote {
  readonly fd: number
  sizeBytes: number
}

export class FolderNotes implements BlobNotes {
  #tree: FolderTree
  /** Appending is frequent, so the file stays open. */
  #open = new Map<string, OpenNote>()

  constructor(tree: FolderTree) {
    this.#tree = tree
  }

  async read(key: string): Promise<BlobOutcome<string | undefined>> {
    try {
      return { ok: true, value: (await readFile(this.#path(key))).toString() }
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { ok: true, value: undefined }
      return blobFailure(error, 'reading the notes of a copy')
    }
  }

  async replace(key: string, text: string): Promise<BlobOutcome<undefined>> {
    const path = this.#path(key)
    const fresh = `${path}.new`
    return this.#try('writing the notes of a copy', key, async () => {
      const fd = await this.#tree.files.openFile(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
      try {
        await this.#tree.files.writeAll(fd, Buffer.from(text), 0)
        await this.#tree.files.dataSync(fd)
      } finally {
        await this.#tree.files.closeFile(fd)
      }
      await this.#letGo(key)
      await this.#tree.files.rename(fresh, path)
      await this.#tree.sync(keyPath(key).slice(0, -1))
    })
  }

  async append(key: string, text: string): Promise<BlobOutcome<undefined>> {
    return this.#try('adding to the notes of a copy', key, async () => {
      const note = this.#open.get(key) ?? (await this.#openNote(key))
      const bytes = Buffer.from(text)
      await this.#tree.files.writeAll(note.fd, bytes, note.sizeBytes)
      note.sizeBytes += bytes.length
      await this.#tree.files.dataSync(note.fd)
    })
  }

  async clearUploads(key: string): Promise<BlobOutcome<undefined>> {
    const folder = keyPath(key).slice(0, -1)
    const note = keyPath(key).at(-1)
    try {
      for (const name of await listFolder(this.#tree.path(folder)))
        if (name !== note) await this.#tree.files.unlink(this.#tree.path([...folder, name]))
      return { ok: true, value: undefined }
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { ok: true, value: undefined }
      return blobFailure(error, 'clearing unfinished uploads')
    }
  }

  async close(): Promise<void> {
    for (const key of [...this.#open.keys()]) await this.#letGo(key)
  }

  #path(key: string): string {
    return this.#tree.path(keyPath(key))
  }

  async #openNote(key: string): Promise<OpenNote> {
    const fd = await this.#tree.files.openFile(this.#path(key), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    const note = { fd, sizeBytes: Number((await this.#tree.files.fileStat(fd)).size) }
    this.#open.set(key, note)
    return note
  }

  async #letGo(key: string): Promise<void> {
    const note = this.#open.get(key)
    this.#open.delete(key)
    if (note !== undefined) await this.#tree.files.closeFile(note.fd)
  }

  async #try(doing: string, key: string, run: () => Promise<void>): Promise<BlobOutcome<undefined>> {
    const folder = await prepareKey(this.#tree, key)
    if (!folder.ok) return folder
    try {
      await run()
      return { ok: true, value: undefined }
    } catch (error) {
      return blobFailure(error, doing)
    }
  }
}
