/**
 * The one step that makes a written file a visible blob.
 *
 * Order matters for a power cut: properties first (see `props-file.ts`), then the name, then the sync of the folder,
 * and only then is the work answered as done. Where the name must still be free, a second hard link takes it, because that
 * is the one step that fails when somebody else was faster; renaming would replace their blob.
 */
import { dirname } from 'node:path'
import type { BlobKind, BlobOutcome, CommitOrder, Committed } from '../../ports/blob-store.ts'
import { type FileCalls, O_CREAT, O_EXCL, O_WRONLY } from './files.ts'
import { errnoOf, type FailedBlob, failBlob } from './folder-failure.ts'
import { type FolderTree, isBlocked } from './folder-tree.ts'
import type { Locator, Spot } from './locator.ts'
import { removeNextProps, settleProps, writeNextProps } from './props-file.ts'

export interface WrittenBlob {
  /** Absolute path of the file that holds the bytes, synced. */
  readonly partial: string
  readonly name: string
  readonly kind: BlobKind
  readonly ticket: string
}

/** `taken`: somebody else has the name. `blocked`: this place cannot hold it. */
type Taken = 'named' | 'taken' | 'blocked'

/** Throws what the file system throws. */
export async function giveName(
  tree: FolderTree,
  locator: Locator,
  blob: WrittenBlob,
  order: CommitOrder,
): Promise<BlobOutcome<Committed>> {
  const located = await locator.locate(blob.name)
  if (!located.ok) return located
  const { found, spot } = located.value
  if (found?.ticket === blob.ticket) {
    // An earlier try got this far and then failed: what is left to do is done again.
    for (const place of locator.propsPlaces(spot, 'any'))
      await settleProps(tree.files, tree.path(place), blob.ticket)
    await finishNaming(tree, spot, blob)
    return { ok: true, value: { replaced: false } }
  }
  const first = await nameAt(tree, locator, blob, order, spot)
  const odd = locator.oddSpot(blob.name)
  const named = first === 'blocked' && !spot.isOdd ? await nameAt(tree, locator, blob, order, odd) : first
  if (named === 'taken') return alreadyThere()
  if (named === 'blocked') return noPlace('name')
  if (typeof named === 'object') return named
  return { ok: true, value: { replaced: found !== undefined } }
}

async function nameAt(
  tree: FolderTree,
  locator: Locator,
  blob: WrittenBlob,
  order: CommitOrder,
  spot: Spot,
): Promise<Taken | FailedBlob> {
  const folder = spot.file.slice(0, -1)
  const made = await tree.make(folder)
  if (!made.ok) return made
  if (made.value !== 'ready') return 'blocked'
  const props = await prepareProps(tree, locator, blob, order, spot)
  if (!props.ok) return props
  const taken = await takeName(tree.files, blob.partial, tree.path(spot.file), order.condition)
  if (taken === 'taken' || taken === 'blocked') {
    if (props.value !== undefined) await removeNextProps(tree.files, props.value, blob.ticket)
    return taken
  }
  if (spot.isOdd) locator.noteOdd()
  if (props.value !== undefined) await settleProps(tree.files, props.value, blob.ticket)
  await finishNaming(tree, spot, blob)
  return taken
}

/** The name is durable when this is over; the file has no other name any more. */
async function finishNaming(tree: FolderTree, spot: Spot, blob: WrittenBlob): Promise<void> {
  await tree.sync(spot.file.slice(0, -1))
  if ((await kindOf(tree.files, blob.partial)) === 'file') await tree.files.unlink(blob.partial)
}

/** Answers the path the text will have; undefined when there is nothing to say about this blob. */
async function prepareProps(
  tree: FolderTree,
  locator: Locator,
  blob: WrittenBlob,
  { properties, metadata }: CommitOrder,
  spot: Spot,
): Promise<BlobOutcome<string | undefined>> {
  const { name, kind, ticket } = blob
  const isPlain =
    kind === 'block' && Object.keys(properties).length === 0 && Object.keys(metadata).length === 0
  if (isPlain && !spot.isOdd && !locator.folds && !(await hasOldProps(tree, locator, spot)))
    return { ok: true, value: undefined }
  for (const place of locator.propsPlaces(spot, 'any')) {
    const folder = place.slice(0, -1)
    const made = await tree.make(folder)
    if (!made.ok) return made
    const path = tree.path(place)
    if (made.value !== 'ready' || (await kindOf(tree.files, path)) === 'folder') continue
    locator.noteProps()
    try {
      await writeNextProps(tree.files, path, { name, kind, properties, metadata, data: ticket })
    } catch (error) {
      const cannotHold = isBlocked(error) || (await isUnholdable(tree.files, blob.partial, path))
      if (!cannotHold) throw error
      continue
    }
    await tree.sync(folder)
    return { ok: true, value: path }
  }
  return noPlace('properties')
}

/** Old ones must not be taken for those of a new blob that has none. */
async function hasOldProps(tree: FolderTree, locator: Locator, spot: Spot): Promise<boolean> {
  for (const place of locator.propsPlaces(spot, 'in-use')) {
    const folder = await tree.look(place.slice(0, -1))
    if (folder.ok && folder.value === 'ready' && (await kindOf(tree.files, tree.path(place))) === 'file')
      return true
  }
  return false
}

/** Whether the file system can link is learnt once for each blob: a failed call costs little beside the rest. */
async function takeName(
  files: FileCalls,
  partial: string,
  target: string,
  condition: CommitOrder['condition'],
): Promise<Taken> {
  try {
    if (condition === 'overwrite') {
      await files.rename(partial, target)
      return 'named'
    }
    await files.link(partial, target)
    return 'named'
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return (await kindOf(files, target)) === 'file' ? 'taken' : 'blocked'
    if (isBlocked(error) || errno === 'EISDIR' || errno === 'ENOTEMPTY') return 'blocked'
    if (errno === 'ENOENT' && (await isUnholdable(files, partial, target))) return 'blocked'
    if (condition === 'if-absent' && NO_LINKS.has(errno ?? '')) return takeWithoutLink(files, partial, target)
    throw error
  }
}

/** FAT, exFAT and some network shares have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** An empty file, which only one writer can make, holds the name until the blob takes its place. */
async function takeWithoutLink(files: FileCalls, partial: string, target: string): Promise<Taken> {
  try {
    await files.closeFile(await files.openFile(target, O_WRONLY | O_CREAT | O_EXCL, 0o666))
  } catch (error) {
    if (isBlocked(error) || (await isUnholdable(files, partial, target))) return 'blocked'
    if (errnoOf(error) !== 'EEXIST') throw error
    return (await kindOf(files, target)) === 'file' ? 'taken' : 'blocked'
  }
  await files.rename(partial, target)
  return 'named'
}

/** Some file systems say "not there" of a name they cannot hold. Then everything else is there. */
async function isUnholdable(files: FileCalls, partial: string, target: string): Promise<boolean> {
  if ((await kindOf(files, partial)) !== 'file' || (await kindOf(files, dirname(target))) !== 'folder')
    return false
  return (await kindOf(files, target)) === 'absent'
}

async function kindOf(files: FileCalls, path: string): Promise<'file' | 'folder' | 'absent'> {
  const stats = await files.linkStat(path)
  if (stats === undefined) return 'absent'
  return stats.isDirectory() ? 'folder' : 'file'
}

function alreadyThere() {
  return failBlob('blob-exists', 'A blob of this name is there already.')
}

function noPlace(what: string) {
  return failBlob('BlobRequestFailed', `The storage folder has no place for the ${what} of this blob.`)
}
