/** Opens a storage folder: makes what is missing and learns what this file system can do. */
import fs from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Outcome } from '../../lifecycle/outcome.ts'
import { fail } from '../../lifecycle/outcome.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import { OWN_FOLDER } from './blob-place.ts'
import { DIRECT_CALLS, type FileCalls, POOLED_CALLS } from './files.ts'
import { errnoOf } from './folder-failure.ts'
import { FolderStore } from './folder-store.ts'
import { FolderTree } from './folder-tree.ts'
import { Locator } from './locator.ts'

export type OpenFolderFailure = 'storage-url-invalid' | 'storage-unreachable'

/** `files`: the system calls, unless they are to be chosen by how fast this folder answers. */
export function openFolder(path: string, files?: FileCalls): Outcome<BlobStore, OpenFolderFailure> {
  if (!isAbsolute(path))
    return fail(
      'storage-url-invalid',
      'A storage folder is named by its whole path: folder:/somewhere.',
      path,
    )
  try {
    fs.mkdirSync(path, { recursive: true })
    const root = fs.realpathSync.native(path)
    const own = join(root, OWN_FOLDER)
    fs.mkdirSync(own, { recursive: true })
    // A link here would send everything unfinished to another place.
    if (!fs.lstatSync(own).isDirectory()) return unreachable(`${own} is no folder`)
    const tree = new FolderTree(root, files ?? (answersAtOnce(own) ? DIRECT_CALLS : POOLED_CALLS))
    const rules = process.platform === 'win32' ? 'windows' : 'posix'
    const locator = new Locator(tree, {
      rules,
      folds: foldsNames(own),
      hasOdd: hasEntries(own, 'odd'),
      hasProps: hasEntries(own, 'props') || hasEntries(own, 'odd'),
    })
    return { ok: true, value: new FolderStore(tree, locator) }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return unreachable(error instanceof Error ? error.message : String(error))
  }
}

function unreachable(detail: string) {
  return fail(
    'storage-unreachable',
    'The storage folder cannot be opened: see that it is there and may be written.',
    detail,
  )
}

/** Does this file system take two spellings for one name? Tried out, because the same system may have both kinds. */
function foldsNames(own: string): boolean {
  const probe = join(own, `Probe-\u00e9-${process.pid}`)
  fs.writeFileSync(probe, '')
  try {
    return (
      fs.existsSync(join(own, `pROBE-\u00e9-${process.pid}`)) ||
      fs.existsSync(join(own, `Probe-e\u0301-${process.pid}`))
    )
  } finally {
    fs.unlinkSync(probe)
  }
}

/** A local disk or a network share? Looking at names that are not there costs a share a round trip each. */
function answersAtOnce(own: string): boolean {
  const startedAt = performance.now()
  for (let look = 0; look < LOOKS; look++) fs.existsSync(join(own, `look-${look}`))
  return (performance.now() - startedAt) / LOOKS < SLOWEST_LOCAL_LOOK_MS
}

const LOOKS = 16
/** Local file systems need some microseconds, the fastest network a good tenth of a millisecond. */
const SLOWEST_LOCAL_LOOK_MS = 0.08

function hasEntries(own: string, name: string): boolean {
  const folder = join(own, name)
  return fs.existsSync(folder) && fs.readdirSync(folder).length > 0
}
