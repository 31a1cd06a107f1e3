/**
 * Notes as block blobs in the own container. A note is a list of blocks: adding to it sends the new block and the longer list,
 * replacing it sends one block and a list of one, and either becomes visible in one step.
 */
import { createHash } from 'node:crypto'
import type { BlobNotes, BlobOutcome } from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { noteBlob, OWN_CONTAINER, partialPrefix, partsOfKey } from './azure-names.ts'
import { newNonce } from './block-ids.ts'

const WRITING = { doing: 'writing the notes of a copy', carriesData: true }

export class AzureNotes implements BlobNotes {
  #calls: AzureCalls
  /** Block ids of notes this process wrote to. */
  #lists = new Map<string, string[]>()
  /** First parts of keys whose uploads were forgotten, and since when: blocks from before are no longer gone on with. */
  readonly forgotten = new Map<string, string>()

  constructor(calls: AzureCalls) {
    this.#calls = calls
  }

  async read(key: string): Promise<BlobOutcome<string | undefined>> {
    const client = this.#calls.block(this.#calls.own(noteBlob(key)))
    const call = { doing: 'reading the notes of a copy', carriesData: true }
    return this.#calls.askIfThere(call, async (options) =>
      (await client.downloadToBuffer(0, undefined, options)).toString(),
    )
  }

  replace(key: string, text: string): Promise<BlobOutcome<undefined>> {
    return this.#write(key, [], text)
  }

  async append(key: string, text: string): Promise<BlobOutcome<undefined>> {
    const list = await this.#list(key)
    return list.ok ? this.#write(key, list.value, text) : list
  }

  async clearUploads(key: string): Promise<BlobOutcome<undefined>> {
    const container = this.#calls.container(OWN_CONTAINER)
    const prefix = partialPrefix(key, 'first part')
    this.forgotten.set(partsOfKey(key)[0], newNonce())
    const cleared = await this.#calls.askIfThere(
      { doing: 'clearing unfinished uploads' },
      async (options) => {
        for await (const { name } of container.listBlobsFlat({
          ...options,
          prefix,
          includeUncommitedBlobs: true,
        }))
          await container.getBlobClient(name).deleteIfExists(options)
      },
    )
    return cleared.ok ? { ok: true, value: undefined } : cleared
  }

  async #list(key: string): Promise<BlobOutcome<readonly string[]>> {
    const known = this.#lists.get(key)
    if (known !== undefined) return { ok: true, value: known }
    const client = this.#calls.block(this.#calls.own(noteBlob(key)))
    const list = await this.#calls.askIfThere({ doing: 'reading the notes of a copy' }, (options) =>
      client.getBlockList('committed', options),
    )
    if (!list.ok) return list
    return { ok: true, value: list.value?.committedBlocks?.map(({ name }) => name) ?? [] }
  }

  async #write(key: string, before: readonly string[], text: string): Promise<BlobOutcome<undefined>> {
    const client = this.#calls.block(this.#calls.own(noteBlob(key)))
    const bytes = Buffer.from(text)
    const id = Buffer.from(newNonce()).toString('base64')
    const list = bytes.length === 0 ? [...before] : [...before, id]
    const written = await this.#calls.put(OWN_CONTAINER, WRITING, async (options) => {
      const transactionalContentMD5 = createHash('md5').update(bytes).digest()
      if (bytes.length > 0)
        await client.stageBlock(id, bytes, bytes.length, { ...options, transactionalContentMD5 })
      await client.commitBlockList(list, options)
    })
    if (written.ok) this.#lists.set(key, list)
    else this.#lists.delete(key)
    return written.ok ? { ok: true, value: undefined } : written
  }
}
