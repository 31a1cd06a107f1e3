import { mkdir, open, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import { unwritable } from './copy-file.ts'

/**
 * Makes folders on the drive as they are needed and makes their entries durable once nothing more goes into them for now.
 * Holds the folders in use, not all of them.
 */
export function keepFolders(driveRoot: string) {
  let dirty = new Set<string>()

  const sync = async (
    folders: Iterable<string>,
  ): Promise<Outcome<undefined, 'drive-full' | 'drive-unwritable'>> => {
    for (const folder of folders) {
      try {
        await syncFolder(folder)
      } catch (error) {
        return unwritable(folder, error)
      }
    }
    return ok()
  }

  return {
    /** Ready for files in exactly these folders (paths below the root); those of the call before are made durable. */
    async make(wanted: readonly (readonly string[])[]) {
      const used = new Set<string>()
      for (const folder of new Set(wanted.map((segments) => join(driveRoot, ...segments)))) {
        const made = await makeFolder(folder, driveRoot)
        if (!made.ok) return made
        for (const changed of made.value) used.add(changed)
      }
      const left = [...dirty].filter((folder) => !used.has(folder))
      dirty = used
      return sync(left)
    },

    /** Makes the last folders durable. */
    async settle() {
      const left = dirty
      dirty = new Set()
      return sync(left)
    },
  }
}

/** Answers the folders whose entries change: the folder itself and the parents of those that were made. */
async function makeFolder(
  folder: string,
  driveRoot: string,
): Promise<Outcome<readonly string[], 'drive-full' | 'drive-unwritable'>> {
  try {
    const changed = [folder]
    const first = await mkdir(folder, { recursive: true })
    if (first !== undefined) {
      for (let made = folder; isWithin(made, first); made = dirname(made)) changed.push(dirname(made))
    }
    // A link on the drive must not lead our files off it.
    if (isWithin(await realpath(folder), driveRoot)) return ok(changed)
    return fail(
      'drive-unwritable',
      `${folder} is a link that leads off the drive; remove it and start again.`,
    )
  } catch (error) {
    return unwritable(folder, error)
  }
}

/** What systems answer that keep no folder handles or need no such call: Windows, and some FUSE file systems. */
const NOT_NEEDED = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOSYS'])

export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!NOT_NEEDED.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
}
