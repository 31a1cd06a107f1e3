/**
 * Opens an Azure Storage account when it is first used. Its client takes a third of a second and tens of megabytes to load,
 * which stations and copies that store elsewhere need not spend.
 */
import type { BlobStore } from '../../ports/blob-store.ts'

/** `url`: of the account's Blob endpoint, with its SAS. */
export function openAzure(url: string): BlobStore {
  const { origin, pathname } = new URL(url)
  let opened: Promise<BlobStore> | undefined
  const store = () => {
    opened ??= import('./azure-store.ts').then(({ AzureStore }) => new AzureStore(url))
    return opened
  }
  return {
    place: `${origin}${pathname.replace(/\/$/, '')}`,
    check: async () => (await store()).check(),
    find: async (name) => (await store()).find(name),
    head: async (name) => (await store()).head(name),
    begin: async (order) => (await store()).begin(order),
    read: async (name, offsetBytes, into) => (await store()).read(name, offsetBytes, into),
    list: async (prefix, page) => (await store()).list(prefix, page),
    notes: {
      read: async (key) => (await store()).notes.read(key),
      replace: async (key, text) => (await store()).notes.replace(key, text),
      append: async (key, text) => (await store()).notes.append(key, text),
      clearUploads: async (key) => (await store()).notes.clearUploads(key),
    },
    close: async () => (await opened)?.close(),
  }
}
