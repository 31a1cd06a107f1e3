/**
 * Blobs as plain files in a folder: blob `c/a/b.txt` is the file `c/a/b.txt`, readable without this program.
 *
 * Below the root, `.tallydock/` is ours: `odd/` holds blobs whose names no file can bear, `props/` properties and
 * metadata, `partial/` what is being written. No link below the root is followed.
 */
import type {
  BlobHead,
  BlobNotes,
  BlobOutcome,
  BlobPage,
  BlobStore,
  BlobUpload,
  FoundBlob,
  UploadOrder,
} from '../../ports/blob-store.ts'
import { OWN_FOLDER } from './blob-place.ts'
import { DirectReader } from './direct-read.ts'
import { closeFile, O_NOFOLLOW, O_RDONLY, openFile, readFully } from './files.ts'
import { blobFailure, failBlob } from './folder-failure.ts'
import { prepareKey } from './folder-keys.ts'
import { listNames } from './folder-list.ts'
import { FolderNotes } from './folder-notes.ts'
import type { FolderTree } from './folder-tree.ts'
import { beginUpload } from './folder-upload.ts'
import type { Located, Locator } from './locator.ts'

export class FolderStore implements BlobStore {
  readonly place: string
  readonly notes: BlobNotes
  #tree: FolderTree
  #locator: Locator
  #notes: FolderNotes
  #direct = new DirectReader()

  constructor(tree: FolderTree, locator: Locator) {
    this.place = tree.root
    this.#tree = tree
    this.#locator = locator
    this.#notes = new FolderNotes(tree)
    this.notes = this.#notes
  }

  async check(): Promise<BlobOutcome<undefined>> {
    const folder = await this.#tree.make([OWN_FOLDER, 'partial'])
    if (!folder.ok) return folder
    if (folder.value === 'ready') return { ok: true, value: undefined }
    return failBlob(
      'BlobRequestFailed',
      'The storage folder cannot hold unfinished uploads: look at its own folder.',
    )
  }

  async find(name: string): Promise<BlobOutcome<FoundBlob | undefined>> {
    const located = await this.#locate(name)
    return located.ok ? { ok: true, value: located.value.found } : located
  }

  async head(name: string): Promise<BlobOutcome<BlobHead | undefined>> {
    const located = await this.#locate(name)
    if (!located.ok) return located
    const { found, spot } = located.value
    if (found === undefined) return { ok: true, value: undefined }
    try {
      const props = await this.#locator.props(spot, found.ticket)
      const { kind = 'block', properties = {}, metadata = {} } = props ?? {}
      return { ok: true, value: { ...found, kind, properties, metadata } }
    } catch (error) {
      return blobFailure(error, 'reading the properties of a blob')
    }
  }

  async begin(order: UploadOrder): Promise<BlobOutcome<BlobUpload>> {
    if (!isBlobName(order.name)) return badName()
    const partial = await prepareKey(this.#tree, order.key)
    if (!partial.ok) return partial
    const place = { tree: this.#tree, locator: this.#locator, direct: this.#direct, partial: partial.value }
    return beginUpload(place, order)
  }

  async read(name: string, offsetBytes: number, into: Uint8Array): Promise<BlobOutcome<number>> {
    const located = await this.#locate(name)
    if (!located.ok) return located
    if (located.value.found === undefined) return failBlob('blob-missing', 'There is no such blob.')
    try {
      const fd = await openFile(this.#tree.path(located.value.spot.file), O_RDONLY | O_NOFOLLOW)
      try {
        return { ok: true, value: await readFully(fd, into, offsetBytes) }
      } finally {
        await closeFile(fd)
      }
    } catch (error) {
      return blobFailure(error, 'reading a blob')
    }
  }

  async list(
    prefix: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<BlobOutcome<BlobPage>> {
    try {
      return { ok: true, value: await listNames(this.#tree, this.#locator, prefix, page) }
    } catch (error) {
      return blobFailure(error, 'listing blobs')
    }
  }

  async close(): Promise<void> {
    await this.#notes.close()
  }

  async #locate(name: string): Promise<BlobOutcome<Located>> {
    return isBlobName(name) ? this.#locator.locate(name) : badName()
  }
}

/** Container first. A name with half a surrogate pair has no bytes of its own. */
function isBlobName(name: string): boolean {
  return /^[^/]+\/./su.test(name) && name.isWellFormed()
}

function badName() {
  return failBlob('BlobRequestFailed', 'This is no blob name: it must be a container, a slash and a path.')
}
