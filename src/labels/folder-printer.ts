import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Printer, PrintFailureCode, PrintJob, PrintReceipt } from '../ports/printer.ts'
import { checkTitle } from './print-title.ts'
import { writeSynced, writeWhole } from './write-whole.ts'

/**
 * A printer for docks without one: each document becomes `<folder>/<title>.<format>`.
 *
 * A file appears whole or not at all (written beside it, synced, renamed) and is never replaced by another document:
 * only a reprint, the same job id again, replaces it. A second job with a title that is taken gets
 * `<title>-<eight hex digits of its id's SHA-256>`. Which id owns which file is kept in `.printed-by/`, so that this
 * also holds after a restart.
 *
 * Fails with `printer-missing` when the folder is not there and `printer-refused` when it cannot be written.
 */
export function folderPrinter(folder: string): Printer {
  let last: Promise<unknown> = Promise.resolve()
  return {
    name: 'folder',
    language: { format: 'pdf' },
    // One at a time: two jobs that want the same title must not both find it free.
    print(job) {
      const printed = last.then(() => printInto(folder, job))
      // Whatever becomes of this job is its caller's; the next one only waits for it to be over.
      last = printed.then(over, over)
      return printed
    },
    // What was printed is in the folder, and stays there.
    withdraw: async () => undefined,
  }
}

const over = (): void => undefined

type Printed = Outcome<PrintReceipt, PrintFailureCode>

async function printInto(folder: string, job: PrintJob): Promise<Printed> {
  const title = checkTitle(job)
  if (!title.ok) return title
  try {
    const name = await nameFor(folder, job)
    await writeWhole(join(folder, name), join(folder, `.${name}.${idHash(job.id)}.partial`), job.bytes)
    return ok({ state: 'confirmed', where: join(folder, name) })
  } catch (error) {
    if (await isMissing(folder)) {
      return fail(
        'printer-missing',
        'The print folder is not there. Create or connect it, then print again.',
        folder,
      )
    }
    return fail(
      'printer-refused',
      'The print folder did not take the document. Check its permissions and free space, then print again.',
      reasonOf(error),
    )
  }
}

const OWNERS = '.printed-by'

/** The file this job prints to: the one it owns already, else the first free one, which it then owns. */
async function nameFor(folder: string, job: PrintJob): Promise<string> {
  await mkdir(join(folder, OWNERS)).catch(unless('EEXIST'))
  const plain = `${job.title}.${job.format}`
  const own = `${job.title}-${idHash(job.id)}.${job.format}`
  return (await claims(folder, plain, job)) ? plain : own
}

async function claims(folder: string, name: string, job: PrintJob): Promise<boolean> {
  const ownerFile = join(folder, OWNERS, name)
  const owner = (await readIfThere(ownerFile))?.toString('utf8')
  if (owner === job.id) return true
  const there = await readIfThere(join(folder, name))
  // A file nobody owns was put there by hand: it may be taken only when it is this very document.
  const free = there === undefined || (owner === undefined && there.equals(job.bytes))
  if (!free) return false
  await writeSynced(ownerFile, Buffer.from(job.id))
  return true
}

async function isMissing(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => !found.isDirectory(),
    (error: unknown) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR',
  )
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(unless('ENOENT'))
}

/** Lets one expected error of the file system pass as undefined, and no other. */
function unless(expected: string): (error: unknown) => undefined {
  return (error) => {
    if (codeOf(error) !== expected) throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function idHash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 8)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
