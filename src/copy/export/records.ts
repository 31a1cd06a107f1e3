/**
 * What the drive carries so far, written onto the drive itself while it is filled: lines of JSON in our work folder. The
 * manifest and the logs are made from them at the end. A drive that comes back, or is gone on with after a crash, is known
 * by them; but what a file holds is never believed from here: files of an earlier run are read again before the end.
 */

import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import { errnoOf } from '../source/errno.ts'
import { RECORDS, type TargetDrive } from './target-drive.ts'

const count = z.int().nonnegative()
const md5 = z.string().regex(/^[0-9A-F]{32}$/)

const headSchema = z.strictObject({
  k: z.literal('export'),
  copyId: z.string(),
  driveId: z.string(),
  /** For the names of the logs. */
  startedAt: count,
})
/** Blocks of one open file that were written and synced: those from `from` on. `t`: the blob's ticket. */
const partSchema = z.strictObject({
  k: z.literal('part'),
  n: count,
  t: z.string(),
  from: count,
  md5s: z.array(md5),
})
const attachedSchema = z.strictObject({
  status: z.enum([
    'Completed',
    'XmlWriteFailed',
    'IOFailed',
    'FileNameInvalid',
    'FileNameTooLong',
    'FileAccessDenied',
    'FileNotFound',
    'Cancelled',
  ]),
  path: z.string(),
  md5,
  sizeBytes: count,
})
const blobSchema = z.strictObject({
  k: z.literal('blob'),
  /** Its place among the selected blobs; -1 for a path that names no blob. */
  n: z.int().min(-1),
  blobPath: z.string(),
  /** From the drive's root, with a leading backslash. */
  filePath: z.string(),
  sizeBytes: count,
  kind: z.enum(['block', 'page']),
  status: z.enum([
    'Completed',
    'CompletedWithErrors',
    'FileNameInvalid',
    'FileNameTooLong',
    'FileNotFound',
    'FileAccessDenied',
    'BlobRequestFailed',
    'BlobRequestForbidden',
    'RenameFailed',
    'BlobUnexpectedChange',
    'LeasePresent',
    'IOFailed',
    'Failed',
  ]),
  /** Of every block of 4 MiB, and the last. */
  md5s: z.array(md5),
  /** Statuses of blocks that are not `Completed`, by index. */
  bad: z
    .record(
      z.string(),
      z.enum(['Corrupted', 'BlobUnexpectedEnd', 'BlobRequestFailed', 'IOFailed', 'Failed', 'Cancelled']),
    )
    .optional(),
  /** The blob's last change; absent when it could not be asked. */
  modifiedAt: z.int().optional(),
  properties: attachedSchema.optional(),
  metadata: attachedSchema.optional(),
})
const lineSchema = z.discriminatedUnion('k', [headSchema, partSchema, blobSchema])

export type RecordsHead = z.infer<typeof headSchema>
export type AttachedRecord = z.infer<typeof attachedSchema>
export type BlobRecord = z.infer<typeof blobSchema>
export type BadStatus = NonNullable<BlobRecord['bad']>[string]

/** The file is on the drive, whole, under its name. */
export function isOnDrive({ status, md5s, sizeBytes, bad }: BlobRecord): boolean {
  if (status === 'Completed') return true
  return status === 'CompletedWithErrors' && bad === undefined && (md5s.length > 0 || sizeBytes === 0)
}

export class Records {
  readonly #drive: TargetDrive
  readonly head: RecordsHead
  readonly #file: FileHandle
  #sizeBytes: number
  #blobLines = 0
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(drive: TargetDrive, head: RecordsHead, file: FileHandle, sizeBytes: number) {
    this.#drive = drive
    this.head = head
    this.#file = file
    this.#sizeBytes = sizeBytes
  }

  /** Undefined: none can be read on this drive. */
  static async peek(drive: TargetDrive): Promise<RecordsHead | undefined> {
    try {
      for await (const line of linesOf(drive)) return line.k === 'export' ? line : undefined
    } catch (error) {
      errnoOf(error)
    }
    return undefined
  }

  /** Goes on with the records that are there, or begins anew with this head. Throws what the system throws. */
  static async open(drive: TargetDrive, head: RecordsHead, isNew: boolean): Promise<Records> {
    const file = await open(drive.workPath(RECORDS), isNew ? 'w' : 'r+')
    let sizeBytes = 0
    if (!isNew) {
      sizeBytes = await wholeLines(drive)
      // A line that was cut short by the end of its process is no line.
      await file.truncate(sizeBytes)
    }
    const records = new Records(drive, head, file, sizeBytes)
    if (isNew) {
      await records.#append(head)
      await file.sync()
    }
    return records
  }

  /** Every line after the head, in the order written. Throws what the system throws. */
  async *lines(): AsyncGenerator<z.infer<typeof partSchema> | BlobRecord> {
    await this.#turn
    for await (const line of linesOf(this.#drive)) if (line.k !== 'export') yield line
  }

  /** Its line among the blobs' lines, from 0: later lines of the same blob replace earlier ones. */
  get blobLines(): number {
    return this.#blobLines
  }

  /** Lines that `lines` has yielded. */
  countLoaded(blobLines: number): void {
    this.#blobLines = blobLines
  }

  blob(record: Omit<BlobRecord, 'k'>): Promise<void> {
    this.#blobLines++
    return this.#append({ k: 'blob', ...record })
  }

  /** Call after the blocks were synced. */
  parts(n: number, t: string, from: number, md5s: readonly string[]): Promise<void> {
    return this.#append({ k: 'part', n, t, from, md5s: [...md5s] })
  }

  async sync(): Promise<void> {
    await this.#turn
    await this.#file.datasync()
  }

  /** Never fails: what was not synced is written again by a later run. */
  async close(): Promise<void> {
    await this.#turn
    await this.#file.close().catch(errnoOf)
  }

  #append(line: z.infer<typeof lineSchema>): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    const at = this.#sizeBytes
    this.#sizeBytes += bytes.length
    const written = this.#turn.then(async () => {
      for (let done = 0; done < bytes.length; )
        done += (await this.#file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
    })
    // Whoever wrote the line hears of it; the next line is tried all the same.
    this.#turn = written.catch(errnoOf)
    return written
  }
}

/** A line that is none, or was cut short, ends the records: what comes behind it was never finished. */
async function* linesOf(drive: TargetDrive): AsyncGenerator<z.infer<typeof lineSchema>> {
  for await (const { line } of rawLines(drive)) yield line
}

async function wholeLines(drive: TargetDrive): Promise<number> {
  let end = 0
  for await (const { endByte } of rawLines(drive)) end = endByte
  return end
}

async function* rawLines(
  drive: TargetDrive,
): AsyncGenerator<{ readonly line: z.infer<typeof lineSchema>; readonly endByte: number }> {
  let rest: Buffer[] = []
  let endByte = 0
  for await (const chunk of createReadStream(drive.workPath(RECORDS)) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      const text = Buffer.concat([...rest, chunk.subarray(start, end)])
      rest = []
      start = end + 1
      endByte += text.length + 1
      const line = lineSchema.safeParse(parsed(text.toString()))
      if (!line.success) return
      yield { line: line.data, endByte }
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
}

const LINE_END = 0x0a

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
