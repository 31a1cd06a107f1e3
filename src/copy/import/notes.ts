/**
 * What a copy writes down so that it can go on after its process died: lines of JSON, kept with the storage.
 *
 * A *checkpoint* says: every blob before this place of the manifest is settled, with these counts, and the logs are
 * written this far. An *intent* is written, durably, before a blob gets its name: the ticket in it tells a later run
 * whether the blob it finds under that name is its own. What a blob's bytes are is never believed from here.
 */
import { z } from 'zod'
import { copyResultSchema } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { tallySchema } from './tally.ts'

const count = z.int().nonnegative()

const hashedFileSchema = z.strictObject({ path: z.string(), md5: z.string() })
const attachedSchema = z.strictObject({
  metadata: hashedFileSchema.exactOptional(),
  properties: hashedFileSchema.exactOptional(),
})
const partSchema = z.strictObject({
  offsetBytes: count,
  lengthBytes: count,
  md5: z.string(),
  id: z.string().exactOptional(),
})
const blobSchema = attachedSchema.extend({
  blobPath: z.string(),
  filePath: z.string(),
  lengthBytes: count,
  kind: z.enum(['block', 'page']),
  disposition: z.enum(['rename', 'no-overwrite', 'overwrite']),
  parts: z.array(partSchema).readonly(),
})
/** How far a log is written: this much of it is durable in the storage, and `tail` follows. */
const logMarkSchema = z.strictObject({ stagedBytes: count, tail: z.string() })

const startSchema = z.strictObject({
  k: z.literal('start'),
  manifestHash: z.string(),
  /** For the names of the logs. */
  startedAt: count,
  totals: z.strictObject({ blobs: count, bytes: count }),
  /** Only these blobs, first and last of each run: what an earlier run left undone. Undefined: all. */
  only: z.array(z.tuple([count, count])).optional(),
  /** What had been counted of the others. */
  base: tallySchema.optional(),
})
const checkpointSchema = z.strictObject({
  k: z.literal('at'),
  ordinal: count,
  startByte: count,
  list: attachedSchema,
  tally: tallySchema,
  undone: z.array(z.tuple([count, count])),
  logs: z.strictObject({ error: logMarkSchema, verbose: logMarkSchema.nullable() }),
  /** Before this place, but to be tried again at the end. */
  deferred: z.array(z.strictObject({ ordinal: count, blob: blobSchema, list: attachedSchema })).readonly(),
})
const intentSchema = z.strictObject({
  k: z.literal('i'),
  /** The blob's ordinal, or a log. */
  n: z.union([count, z.enum(['error', 'verbose', 'manifest'])]),
  /** The name it is about to get. */
  b: z.string(),
  /** The ticket it will bear there. */
  t: z.string(),
  d: z.enum(['Created', 'Renamed', 'Overwritten']),
  /** Statuses of the metadata and properties files, where it has any. */
  m: z.string().optional(),
  p: z.string().optional(),
})
const endSchema = z.strictObject({
  k: z.literal('end'),
  manifestHash: z.string(),
  totals: z.strictObject({ blobs: count, bytes: count }),
  tally: tallySchema,
  /** Blobs that are not in the storage because of this copy although they should be. */
  undone: z.array(z.tuple([count, count])),
  result: copyResultSchema,
})

export type StartNote = z.infer<typeof startSchema>
export type Checkpoint = z.infer<typeof checkpointSchema>
export type Intent = z.infer<typeof intentSchema>
export type EndNote = z.infer<typeof endSchema>

const lineSchema = z.discriminatedUnion('k', [startSchema, checkpointSchema, intentSchema, endSchema])

export interface LoadedNotes {
  readonly start: StartNote | undefined
  readonly checkpoint: Checkpoint | undefined
  /** The last for each blob. */
  readonly intents: ReadonlyMap<Intent['n'], Intent>
  readonly end: EndNote | undefined
}

export function notesKey(copyId: string): string {
  return `${copyId}/notes`
}

/** Undefined: there are none. A last line that was cut short by the end of its process is no line. */
export async function loadNotes(
  store: BlobStore,
  key: string,
): Promise<BlobOutcome<LoadedNotes | undefined>> {
  const text = await store.notes.read(key)
  if (!text.ok || text.value === undefined) return text.ok ? { ok: true, value: undefined } : text
  const lines = text.value.split('\n').slice(0, -1)
  const intents = new Map<Intent['n'], Intent>()
  let notes: Omit<LoadedNotes, 'intents'> = { start: undefined, checkpoint: undefined, end: undefined }
  for (const line of lines) {
    const parsed = lineSchema.safeParse(parseJson(line))
    // A note from another version, or one that somebody touched: going on from it would be guessing.
    if (!parsed.success) return { ok: false, failure: unreadable(key) }
    const note = parsed.data
    if (note.k === 'start') notes = { ...notes, start: note }
    else if (note.k === 'at') notes = { ...notes, checkpoint: note }
    else if (note.k === 'end') notes = { ...notes, end: note }
    else intents.set(note.n, note)
  }
  return { ok: true, value: { ...notes, intents } }
}

export class NoteWriter {
  #store: BlobStore
  #key: string
  #start: StartNote
  #checkpoint: Checkpoint | undefined
  /** Intents that the checkpoint does not cover. */
  #intents: Map<Intent['n'], Intent>
  #pending: Intent[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #gathering: Promise<BlobOutcome<undefined>> | undefined

  constructor(store: BlobStore, key: string, start: StartNote, loaded?: LoadedNotes) {
    this.#store = store
    this.#key = key
    this.#start = start
    this.#checkpoint = loaded?.checkpoint
    this.#intents = new Map(loaded?.intents)
  }

  /** Durable when answered. Intents that come while one write runs share the next. */
  intend(intent: Intent): Promise<BlobOutcome<undefined>> {
    this.#pending.push(intent)
    this.#intents.set(intent.n, intent)
    this.#gathering ??= this.#inTurn(() => {
      const lines = this.#pending.splice(0).map(lineOf)
      this.#gathering = undefined
      return this.#store.notes.append(this.#key, lines.join(''))
    })
    return this.#gathering
  }

  /** Replaces everything by the start, this checkpoint, and the intents it does not cover. */
  checkpoint(checkpoint: Checkpoint): Promise<BlobOutcome<undefined>> {
    return this.#inTurn(() => {
      this.#checkpoint = checkpoint
      const deferred = new Set(checkpoint.deferred.map(({ ordinal }) => ordinal))
      for (const n of this.#intents.keys())
        if (typeof n === 'number' && n < checkpoint.ordinal && !deferred.has(n)) this.#intents.delete(n)
      return this.#store.notes.replace(this.#key, this.#text())
    })
  }

  /** Before anything else is written. */
  begin(): Promise<BlobOutcome<undefined>> {
    return this.#inTurn(() => this.#store.notes.replace(this.#key, this.#text()))
  }

  /** The copy is over; the note stays, so that asking for the same copy again gives the same answer. */
  end(end: EndNote): Promise<BlobOutcome<undefined>> {
    return this.#inTurn(() => this.#store.notes.replace(this.#key, lineOf(end)))
  }

  #text(): string {
    const checkpoint = this.#checkpoint === undefined ? '' : lineOf(this.#checkpoint)
    return `${lineOf(this.#start)}${checkpoint}${[...this.#intents.values()].map(lineOf).join('')}`
  }

  #inTurn(run: () => Promise<BlobOutcome<undefined>>): Promise<BlobOutcome<undefined>> {
    const done = this.#turn.then(run)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

function lineOf(note: StartNote | Checkpoint | Intent | EndNote): string {
  return `${JSON.stringify(note)}\n`
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function unreadable(key: string) {
  return {
    code: 'BlobRequestFailed' as const,
    sentence: 'The notes of this copy cannot be read: remove them to start it afresh, or ask support.',
    detail: key,
    permanent: true,
  }
}
