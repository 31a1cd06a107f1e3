/**
 * Blobs in an Azure Storage account, reached by a SAS.
 *
 * The container `tallydock-own` is ours: notes, and uploads that must not be seen before they are whole. Everything else
 * bears the customer's names. What the account's own soft deletion or lease rules do is left to it.
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
import { AzureCalls } from './azure-calls.ts'
import { failCall } from './azure-failure.ts'
import { AzureList } from './azure-list.ts'
import { type AzureName, azureName, OWN_CONTAINER, partialPrefix, partsOfKey } from './azure-names.ts'
import { AzureNotes } from './azure-notes.ts'
import { findBlob, headOf, readRange } from './azure-read.ts'
import { type BlockClaims, claimsAt, NO_CLAIMS } from './block-claims.ts'
import { keyMark, newNonce } from './block-ids.ts'
import { BlockUpload } from './block-upload.ts'
import { beginPages } from './page-upload.ts'

export class AzureStore implements BlobStore {
  readonly place: string
  readonly notes: BlobNotes
  #calls: AzureCalls
  #notes: AzureNotes
  #list: AzureList

  /** `url`: of the account's Blob endpoint, with its SAS. */
  constructor(url: string) {
    this.#calls = new AzureCalls(url)
    this.place = new URL(url).origin
    this.#notes = new AzureNotes(this.#calls)
    this.notes = this.#notes
    this.#list = new AzureList(this.#calls)
  }

  async check(): Promise<BlobOutcome<undefined>> {
    const trial = this.#calls.block(this.#calls.own('check'))
    const written = await this.#calls.put(OWN_CONTAINER, { doing: 'writing a trial blob' }, (options) =>
      trial.upload('', 0, options),
    )
    return written.ok ? { ok: true, value: undefined } : written
  }

  async find(name: string): Promise<BlobOutcome<FoundBlob | undefined>> {
    const known = azureName(name)
    return known === undefined ? badName() : findBlob(this.#calls, known)
  }

  async head(name: string): Promise<BlobOutcome<BlobHead | undefined>> {
    const known = azureName(name)
    return known === undefined ? badName() : headOf(this.#calls, known)
  }

  async begin(order: UploadOrder): Promise<BlobOutcome<BlobUpload>> {
    const name = azureName(order.name)
    if (name === undefined) return badName()
    const assembled = order.kind === 'page' || order.blockIds === true || order.isProven === true
    const earlier = order.continues && assembled ? await this.#earlierAssembly(order.key) : undefined
    if (earlier?.ok === false) return earlier
    const nonce = earlier?.value ?? newNonce()
    const assembly = this.#calls.own(`${partialPrefix(order.key, 'key')}${nonce}`)
    if (order.kind === 'page') {
      const parts = { calls: this.#calls, name, nonce, client: this.#calls.page(assembly) }
      return beginPages(parts, earlier?.value !== undefined, order.sizeBytes)
    }
    const claims = await this.#claims(
      order,
      assembled ? (earlier?.value === undefined ? undefined : assembly) : name,
    )
    if (!claims.ok) return claims
    const parts = { calls: this.#calls, order, name, assembly, nonce, claims: claims.value ?? NO_CLAIMS }
    return { ok: true, value: new BlockUpload(parts, assembled || claims.value === undefined) }
  }

  async read(name: string, offsetBytes: number, into: Uint8Array): Promise<BlobOutcome<number>> {
    const known = azureName(name)
    return known === undefined
      ? badName()
      : readRange(this.#calls, this.#calls.block(known), offsetBytes, into)
  }

  list(
    prefix: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<BlobOutcome<BlobPage>> {
    return this.#list.page(prefix, page)
  }

  /** Connections that are idle close by themselves. */
  async close(): Promise<void> {
    this.#list.forget()
  }

  /** `at`: where blocks may be left; undefined: nowhere. Answers undefined when the blob's own name cannot take blocks. */
  async #claims(
    order: UploadOrder,
    at: AzureName | undefined,
  ): Promise<BlobOutcome<BlockClaims | undefined>> {
    if (!order.continues || at === undefined) return { ok: true, value: NO_CLAIMS }
    return claimsAt(this.#calls, this.#calls.block(at), {
      mark: keyMark(order.key),
      since: this.#notes.forgotten.get(partsOfKey(order.key)[0]),
      isNamed: at.container === OWN_CONTAINER,
    })
  }

  /** The newest place this key's blob was being put together at. */
  #earlierAssembly(key: string): Promise<BlobOutcome<string | undefined>> {
    const prefix = partialPrefix(key, 'key')
    return this.#calls.askIfThere({ doing: 'looking for what was stored before' }, async (options) => {
      let newest: string | undefined
      const container = this.#calls.container(OWN_CONTAINER)
      for await (const { name } of container.listBlobsFlat({
        ...options,
        prefix,
        includeUncommitedBlobs: true,
      })) {
        const nonce = name.slice(prefix.length)
        if (newest === undefined || nonce > newest) newest = nonce
      }
      return newest
    })
  }
}

function badName() {
  return failCall('BlobRequestFailed', 'Azure Blob storage cannot hold a blob of this name.')
}
