/** The names of all blobs, in the order of their code units, a page at a time. */
import type { BlobOutcome, BlobPage } from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { OWN_CONTAINER } from './azure-names.ts'

/** Pages are asked for in a row; only the last few are ever gone on from. */
const REMEMBERED = 64

interface Place {
  readonly container: string
  readonly marker: string | undefined
}

export class AzureList {
  #calls: AzureCalls
  /** Prefix and last name of a page -> where its successor begins, so that going on needs no reading from the start. */
  #places = new Map<string, Place>()

  constructor(calls: AzureCalls) {
    this.#calls = calls
  }

  async page(
    prefix: string,
    { after, limit }: { readonly after?: string; readonly limit: number },
  ): Promise<BlobOutcome<BlobPage>> {
    const containers = await this.#containers(prefix)
    if (!containers.ok) return containers
    const known = after === undefined ? undefined : this.#places.get(`${prefix}\n${after}`)
    const names: string[] = []
    let marker = known?.marker
    let place: Place | undefined
    for (const container of containers.value.filter((one) => isAtOrAfter(one, known, after))) {
      do {
        if (names.length >= limit) {
          place = { container, marker }
          break
        }
        const read = await this.#read(container, prefix, marker, limit - names.length)
        if (!read.ok) return read
        marker = read.value.marker
        names.push(...read.value.names.filter((name) => after === undefined || name > after))
      } while (marker !== undefined)
      if (place !== undefined) break
    }
    const last = names.at(-1)
    if (place === undefined || last === undefined) return { ok: true, value: { names } }
    this.#remember(`${prefix}\n${last}`, place)
    return { ok: true, value: { names, next: last } }
  }

  /** In the order their blobs' names have: a hyphen comes before a slash, so that sorting by the name alone is wrong. */
  async #containers(prefix: string): Promise<BlobOutcome<string[]>> {
    const slash = prefix.indexOf('/')
    if (slash >= 0) return { ok: true, value: [prefix.slice(0, slash)] }
    return this.#calls.ask({ doing: 'listing containers' }, async ({ abortSignal }) => {
      const names: string[] = []
      for await (const one of this.#calls.service.listContainers({ abortSignal, prefix }))
        if (one.name !== OWN_CONTAINER) names.push(one.name)
      return names.sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1))
    })
  }

  async #read(
    container: string,
    prefix: string,
    marker: string | undefined,
    limit: number,
  ): Promise<BlobOutcome<{ names: string[]; marker: string | undefined }>> {
    const inside = prefix.slice(container.length + 1)
    const read = await this.#calls.askIfThere({ doing: 'listing blobs' }, async (options) => {
      const pages = this.#calls
        .container(container)
        .listBlobsFlat({ ...options, prefix: inside })
        .byPage({ maxPageSize: limit, ...(marker === undefined ? {} : { continuationToken: marker }) })
      const page = await pages.next()
      if (page.done) return { names: [], marker: undefined }
      const { segment, continuationToken } = page.value
      const names = segment.blobItems.map(({ name }) => `${container}/${name}`)
      return { names, marker: continuationToken === '' ? undefined : continuationToken }
    })
    return read.ok ? { ok: true, value: read.value ?? { names: [], marker: undefined } } : read
  }

  forget(): void {
    this.#places.clear()
  }

  #remember(key: string, place: Place): void {
    const oldest = this.#places.keys().next()
    if (this.#places.size >= REMEMBERED && !oldest.done) this.#places.delete(oldest.value)
    this.#places.set(key, place)
  }
}

function isAtOrAfter(container: string, known: Place | undefined, after: string | undefined): boolean {
  if (known !== undefined) return `${container}/` >= `${known.container}/`
  return after === undefined || `${container}/` >= after.slice(0, after.indexOf('/') + 1)
}
