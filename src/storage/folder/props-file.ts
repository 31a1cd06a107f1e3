/**
 * Properties and metadata of a blob, in a JSON file of their own beside the data.
 *
 * Data and properties cannot be replaced in one step, so the new text is written as `….json.TICKET`, naming the data it
 * belongs to, before that data becomes visible, and takes its final name after. Whoever reads picks the text whose ticket
 * fits the data. When none fits, the folder was moved by other means, and `….json` counts.
 */
import type { BlobKind, BlobMetadata, BlobProperties } from '../../ports/blob-store.ts'
import { type FileCalls, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, readFile } from './files.ts'
import { errnoOf } from './folder-failure.ts'

export interface BlobProps {
  readonly name: string
  readonly kind: BlobKind
  readonly properties: BlobProperties
  readonly metadata: BlobMetadata
  /** Ticket of the data these belong to. */
  readonly data: string
}

/** Undefined when there are none. Throws what the file system throws, and a SyntaxError on a text that is no such file. */
export async function readProps(path: string, ticket: string): Promise<BlobProps | undefined> {
  const current = await readOne(path)
  if (current?.data === ticket) return current
  return (await readOne(nextOf(path, ticket))) ?? current
}

/** Durable as a file when answered; its name is durable once the folder was synced. */
export async function writeNextProps(files: FileCalls, path: string, props: BlobProps): Promise<void> {
  const next = nextOf(path, props.data)
  await unlinkIfThere(files, next)
  const fd = await files.openFile(next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
  try {
    await files.writeAll(fd, Buffer.from(`${JSON.stringify(props, null, 2)}\n`), 0)
    await files.dataSync(fd)
  } finally {
    await files.closeFile(fd)
  }
}

/** Nothing waiting there: then it was done before. */
export async function settleProps(files: FileCalls, path: string, ticket: string): Promise<void> {
  try {
    await files.rename(nextOf(path, ticket), path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Takes back what `writeNextProps` wrote, when the data got no name after all. */
export async function removeNextProps(files: FileCalls, path: string, ticket: string): Promise<void> {
  await unlinkIfThere(files, nextOf(path, ticket))
}

function nextOf(path: string, ticket: string): string {
  return `${path}.${ticket}`
}

async function unlinkIfThere(files: FileCalls, path: string): Promise<void> {
  try {
    await files.unlink(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

async function readOne(path: string): Promise<BlobProps | undefined> {
  try {
    return parseProps(path, (await readFile(path)).toString())
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** A folder of the same name (`a` beside `a.json/b`) means: these properties are at the odd place. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')
}

function parseProps(path: string, text: string): BlobProps {
  const value: unknown = JSON.parse(text)
  if (!isProps(value)) throw new SyntaxError(`${path} holds no blob properties`)
  return value
}

function isProps(value: unknown): value is BlobProps {
  if (!isRecord(value) || !isRecord(value.properties) || !isRecord(value.metadata)) return false
  const texts = [...Object.values(value.properties), ...Object.values(value.metadata)]
  return (
    [value.name, value.data, ...texts].every((text) => typeof text === 'string') &&
    (value.kind === 'block' || value.kind === 'page')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
