import { z } from 'zod'
import { hash, personalSchema } from './entry.ts'

/**
 * The exchange between a station and the service, under `/dock/v1`. A station pushes its own entries in order; the
 * service answers each one. Changes come back by cursor. Every message may be sent again at any time.
 *
 * Changing a shape here means raising the version and writing its line of history.
 * 1: first form.
 */
export const EXCHANGE_VERSION = 1

/** Characters in one entry's text. */
export const MOST_ENTRY_TEXT = 262_144

/** An entry on the wire: its stored text and hash, unparsed, so that both sides hash the same bytes. */
export const wireEntry = z.strictObject({
  text: z.string().min(2).max(MOST_ENTRY_TEXT),
  hash,
  personal: personalSchema.optional(),
})
export type WireEntry = z.infer<typeof wireEntry>

export const MOST_ENTRIES_PER_PUSH = 500
/** Characters of entry texts in one push, unless its only entry is longer: keeps a body under one mebibyte. */
export const MOST_TEXT_PER_PUSH = 400_000
export const MOST_CHANGES_PER_PULL = 500

/** POST /dock/v1/entries */
export const pushRequest = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  station: z.string().min(1).max(64),
  entries: z.array(wireEntry).max(MOST_ENTRIES_PER_PUSH),
})
export type PushRequest = z.infer<typeof pushRequest>

/** Where the service put an entry in the order of all entries; the same one that pulling stations see. */
const cursor = z.int().positive()

export const pushAnswer = z.discriminatedUnion('answer', [
  z.strictObject({ seq: z.int(), answer: z.literal('accepted'), cursor }),
  /** The same entry was here before: calmly done. */
  z.strictObject({ seq: z.int(), answer: z.literal('known'), cursor }),
  /** This sequence number holds another entry: the station's journal was changed or copied. Nothing was stored. */
  z.strictObject({ seq: z.int(), answer: z.literal('different'), sentence: z.string() }),
  /** The fact is kept; what the station made of it is not so. The true state comes with the changes. */
  z.strictObject({
    seq: z.int(),
    answer: z.literal('refused'),
    cursor,
    code: z.string(),
    sentence: z.string(),
  }),
])
export type PushAnswer = z.infer<typeof pushAnswer>

export const pushResponse = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  /**
   * One for each entry pushed, in their order, up to the first that could not be taken: after `different` nothing is
   * answered, and entries that leave a gap after `head` get no answer at all. The station goes on from `head`.
   */
  answers: z.array(pushAnswer),
  /** The station's last sequence number and hash the service holds; 0 and zeros for none. */
  head: z.strictObject({ seq: z.int().nonnegative(), hash }),
})
export type PushResponse = z.infer<typeof pushResponse>

/** GET /dock/v1/changes?station=S&after=CURSOR&limit=N: everything but the station's own entries, in order. */
export const pullResponse = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  changes: z.array(z.strictObject({ cursor: z.int().positive(), entry: wireEntry })),
  /** Ask again after this one. May be past the last change: the station's own entries are skipped. */
  cursor: z.int().nonnegative(),
  more: z.boolean(),
  /** The service's clock: deadlines are judged by it, not by the station's. */
  at: z.int().nonnegative(),
})
export type PullResponse = z.infer<typeof pullResponse>

/**
 * GET /dock/v1/stream?station=S&after=CURSOR: server-sent events (WHATWG HTML, section 9.2). An event `changed` says that
 * others have written something behind `after`, or behind the event before; its id is the cursor it was seen at, so that a
 * listener goes on with the header `Last-Event-ID`. What was written is pulled. A comment comes at least every
 * `HEARTBEAT_MS`, so that a listener knows a dead connection from a quiet one.
 */
export const streamEvent = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  cursor: z.int().positive(),
})
export type StreamEvent = z.infer<typeof streamEvent>
export const HEARTBEAT_MS = 10_000

/** GET /dock/v1/jobs/{id}/keys: for use in memory only. */
export const keysResponse = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  keys: z.array(z.strictObject({ driveId: z.string().min(1), bitLockerKey: z.string().min(1) })),
})
export type KeysResponse = z.infer<typeof keysResponse>

/** Names of blobs as a job lists them; the customer's own words. */
const blobNames = z.array(z.string().min(1).max(2_048)).max(10_000)

/**
 * GET /dock/v1/jobs/{id}/export: what an export job wants on its drives. Either `blobListBlobPath` is there (the name of a
 * blob with the list, beginning with its container) or at least one of the two lists is filled.
 */
export const exportResponse = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  /** `container/blob`; `$root` for the root container. */
  blobPath: blobNames,
  /** Begin with a slash. */
  blobPathPrefix: blobNames,
  blobListBlobPath: z.string().min(1).max(2_048).optional(),
  /** The job's tag says that its drives may go home unencrypted. */
  plainDrives: z.literal(true).optional(),
})
export type ExportResponse = z.infer<typeof exportResponse>

/**
 * POST /dock/v1/progress: how far copies are that run right now. No entry of any journal: what is lost on the way is
 * replaced by the next report, and the end of a copy is told by its entry.
 */
export const PROGRESS_EVERY_MS = 5_000

export const progressReport = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  station: z.string().min(1).max(64),
  drives: z
    .array(
      z.strictObject({
        job: z.string().min(1).max(256),
        /** Normal form. */
        serial: z.string().min(1).max(256),
        percent: z.int().min(0).max(100),
        bytes: z.int().nonnegative(),
      }),
    )
    .max(256),
})
export type ProgressReport = z.infer<typeof progressReport>

/** `taken`: drives of which the report said something new; those not being copied, as the service sees it, are left out. */
export const progressResponse = z.strictObject({
  version: z.literal(EXCHANGE_VERSION),
  taken: z.int().nonnegative(),
})
export type ProgressResponse = z.infer<typeof progressResponse>
