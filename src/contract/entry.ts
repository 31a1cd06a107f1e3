import { z } from 'zod'

/**
 * One line of a journal. The text is what is stored, sent and hashed: JSON with the members in the order below, no
 * blanks, UTF-8. `hash` is the lower-case hex SHA-256 of those bytes. `prev` chains a station's own entries; `after`
 * weaves in what had been received from the service by then, so that one anchored head covers both.
 */
export const ENTRY_FORMAT = 1

export const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** `prev` of a station's first entry, and the chain before anything was received. */
export const NO_HASH = '0'.repeat(64)

export const entrySchema = z.strictObject({
  format: z.literal(ENTRY_FORMAT),
  id: z.uuid(),
  /** The station that recorded it, or `service`. */
  station: z.string().min(1).max(64),
  /** 1, 2, 3 … per station, without a gap. */
  seq: z.int().positive(),
  /** The station's clock, milliseconds since 1970 (UTC). Informative: no rule trusts it across stations. */
  at: z.int().nonnegative(),
  /** Badge of the person, or the program that acted. */
  actor: z.string().min(1).max(64),
  kind: z.string().min(1).max(64),
  version: z.int().positive(),
  body: z.record(z.string(), z.unknown()),
  /** Id of the entry this one corrects, answers or undoes. */
  pointsAt: z.uuid().optional(),
  /** Personal data kept beside the journal, where it can be erased: `hash` = SHA-256 of salt and text. */
  personal: z.strictObject({ key: z.string().min(1).max(128), hash }).optional(),
  after: z.strictObject({ cursor: z.int().nonnegative(), chain: hash }),
  prev: hash,
})
export type Entry = z.infer<typeof entrySchema>

/**
 * The exact text of an entry: the members in the order of the schema, the body as given. Station and service both write
 * with this one function, so that the same entry is the same bytes everywhere.
 */
export function entryText(entry: Entry): string {
  const { format, id, station, seq, at, actor, kind, version, body, pointsAt, personal, after, prev } = entry
  return JSON.stringify({
    format,
    id,
    station,
    seq,
    at,
    actor,
    kind,
    version,
    body,
    pointsAt,
    personal: personal && { key: personal.key, hash: personal.hash },
    after: { cursor: after.cursor, chain: after.chain },
    prev,
  })
}

/** The erasable part of an entry. */
export const personalSchema = z.strictObject({
  key: z.string().min(1).max(128),
  salt: z.string().min(1).max(128),
  /** JSON of the personal members; what was hashed with the salt. */
  text: z.string().max(16_384),
})
export type Personal = z.infer<typeof personalSchema>
