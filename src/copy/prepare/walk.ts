import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Walks a source tree depth first, names in the order of their code units: the same tree gives the same walk on every
 * system. Links are never followed. Memory is bounded by the names of the folders on the way down, not by the tree.
 */
export type Walked =
  /** Comes before anything in it. `names` are all entries of the folder. */
  | { readonly kind: 'folder'; readonly segments: readonly string[]; readonly names: readonly string[] }
  | SourceFile
  /** A link, a device, a socket, a pipe: reported, never copied. */
  | { readonly kind: 'other'; readonly segments: readonly string[]; readonly what: string }

export interface SourceFile {
  readonly kind: 'file'
  /** Path below the source, one item a level. */
  readonly segments: readonly string[]
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

interface Level {
  readonly path: string
  readonly segments: readonly string[]
  readonly names: readonly string[]
  next: number
}

/** `source` may be one file. Throws what the file system says (a folder that cannot be read). */
export async function* walk(source: string): AsyncGenerator<Walked> {
  const root = await lstat(source)
  if (!root.isDirectory()) {
    yield* found(dirname(source), [basename(source)])
    return
  }
  const stack: Level[] = [await enter(source, [])]
  yield* opened(stack)
  for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
    const name = level.names[level.next++]
    if (name === undefined) {
      stack.pop()
      continue
    }
    const segments = [...level.segments, name]
    const path = join(level.path, name)
    if ((await lstat(path)).isDirectory()) {
      stack.push(await enter(path, segments))
      yield* opened(stack)
    } else {
      yield* found(level.path, segments)
    }
  }
}

async function enter(path: string, segments: readonly string[]): Promise<Level> {
  return { path, segments, names: (await readdir(path)).sort(), next: 0 }
}

function* opened(stack: readonly Level[]): Generator<Walked> {
  const level = stack.at(-1)
  if (level !== undefined) yield { kind: 'folder', segments: level.segments, names: level.names }
}

async function* found(folder: string, segments: readonly string[]): AsyncGenerator<Walked> {
  const path = join(folder, segments.at(-1) ?? '')
  const facts = await lstat(path)
  if (facts.isFile()) {
    yield { kind: 'file', segments, path, sizeBytes: facts.size, modifiedMs: facts.mtimeMs }
    return
  }
  const what = facts.isSymbolicLink()
    ? 'a link'
    : facts.isDirectory()
      ? 'a folder'
      : 'a device, socket or pipe'
  yield { kind: 'other', segments, what }
}
