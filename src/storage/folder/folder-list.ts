/** The names of all blobs of a folder store, in the order of their code units, a page at a time. */
import type { Dirent } from 'node:fs'
import fs from 'node:fs/promises'
import type { BlobPage } from '../../ports/blob-store.ts'
import { OWN_FOLDER } from './blob-place.ts'
import { errnoOf } from './folder-failure.ts'
import type { FolderTree } from './folder-tree.ts'
import type { Locator } from './locator.ts'
import { readProps } from './props-file.ts'

/** Throws what the file system throws. */
export async function listNames(
  tree: FolderTree,
  locator: Locator,
  prefix: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<BlobPage> {
  const odd = (await oddNames(tree)).filter((name) => name.startsWith(prefix) && isAfter(name, page.after))
  const names: string[] = []
  let nextOdd = 0
  const full = () => names.length > page.limit
  for await (const name of walk(tree, locator, [], prefix, page.after)) {
    for (; nextOdd < odd.length && (odd[nextOdd] ?? '') < name && !full(); nextOdd++)
      names.push(odd[nextOdd] ?? '')
    if (full()) break
    names.push(name)
    if (full()) break
  }
  for (; nextOdd < odd.length && !full(); nextOdd++) names.push(odd[nextOdd] ?? '')
  if (!full()) return { names }
  const shown = names.slice(0, page.limit)
  const last = shown.at(-1)
  return last === undefined ? { names: shown } : { names: shown, next: last }
}

async function* walk(
  tree: FolderTree,
  locator: Locator,
  folder: readonly string[],
  prefix: string,
  after: string | undefined,
): AsyncGenerator<string> {
  for (const entry of await sortedEntries(tree, folder)) {
    const isFolder = entry.isDirectory()
    if (folder.length === 0 && (entry.name === OWN_FOLDER || !isFolder)) continue
    const path = [...folder, entry.name]
    const text = path.join('/')
    if (isFolder) {
      const inside = `${text}/`
      if (!inside.startsWith(prefix) && !prefix.startsWith(inside)) continue
      // Everything inside begins with `inside`, so all of it lies before `after` unless `after` does too.
      if (after !== undefined && inside < after && !after.startsWith(inside)) continue
      yield* walk(tree, locator, path, prefix, after)
    } else if (entry.isFile()) {
      const name = locator.folds ? await ownName(tree, text) : text
      if (name.startsWith(prefix) && isAfter(name, after)) yield name
    }
  }
}

/** Where names fold, the file's own spelling may differ from the blob's, which its properties tell. */
async function ownName(tree: FolderTree, text: string): Promise<string> {
  const props = await readProps(`${tree.path([OWN_FOLDER, 'props', ...text.split('/')])}.json`, '')
  return props?.name ?? text
}

async function sortedEntries(tree: FolderTree, folder: readonly string[]): Promise<Dirent[]> {
  try {
    const entries = await fs.readdir(tree.path(folder), { withFileTypes: true })
    const key = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name)
    return entries.sort((a, b) => (key(a) < key(b) ? -1 : 1))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

async function oddNames(tree: FolderTree): Promise<string[]> {
  const folder = [OWN_FOLDER, 'odd']
  const names: string[] = []
  for (const entry of await sortedEntries(tree, folder)) {
    if (entry.name.includes('.')) continue
    const props = await readProps(`${tree.path([...folder, entry.name])}.json`, '')
    if (props !== undefined) names.push(props.name)
  }
  return names.sort((a, b) => (a < b ? -1 : 1))
}

function isAfter(name: string, after: string | undefined): boolean {
  return after === undefined || name > after
}
