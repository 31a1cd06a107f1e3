import { EXCHANGE_VERSION, MOST_CHANGES_PER_PULL, type PullResponse } from '../../contract/exchange.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { LogLine, ReadTransaction } from '../store/store.ts'
import type { World } from '../world.ts'

/** Query of `GET /dock/v1/changes`, as sent. */
export interface PullRequest {
  readonly station?: string | undefined
  readonly after?: string | undefined
  readonly limit?: string | undefined
}

/** Characters of entries in one answer, unless the first one is longer. */
const MOST_CHARACTERS = 8_000_000

/**
 * Everything behind a cursor except the station's own entries. All of an answer is one snapshot, and the log shows
 * nothing behind a cursor it has handed out, so a station that goes on from `cursor` misses nothing.
 */
export async function pull(world: World, request: PullRequest): Promise<Answer<PullResponse>> {
  const { station = '', after = '0', limit = String(MOST_CHANGES_PER_PULL) } = request
  if (station === '' || station.length > 64)
    return refuse(400, 'InvalidStation', 'Name the station that asks, with 1 to 64 characters.', {
      target: 'station',
    })
  if (!/^\d{1,15}$/.test(after))
    return refuse(400, 'InvalidCursor', 'after must be a cursor from an earlier answer, or 0.', {
      target: 'after',
    })
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MOST_CHANGES_PER_PULL)
    return refuse(400, 'InvalidLimit', `limit must be a whole number from 1 to ${MOST_CHANGES_PER_PULL}.`, {
      target: 'limit',
    })
  const most = Number(limit)
  const value = await world.store.read(async (tx): Promise<PullResponse> => {
    const head = await tx.logHead()
    const found = await tx.changes({ after: Number(after), except: station, limit: most + 1 })
    const lines = fitting(found.slice(0, most))
    const more = lines.length < found.length
    const changes: PullResponse['changes'] = []
    for (const line of lines) changes.push({ cursor: line.cursor, entry: await onWire(tx, line) })
    const last = lines.at(-1)?.cursor ?? Number(after)
    return {
      version: EXCHANGE_VERSION,
      changes,
      // Nothing more for this station: it may go on behind its own newest entries, too.
      cursor: more ? last : Math.max(head.cursor, Number(after)),
      more,
      at: world.clock.now(),
    }
  })
  return { ok: true, value }
}

function fitting(lines: readonly LogLine[]): readonly LogLine[] {
  let characters = 0
  const tooMany = lines.findIndex((line, index) => {
    characters += line.text.length
    return index > 0 && characters > MOST_CHARACTERS
  })
  return tooMany === -1 ? lines : lines.slice(0, tooMany)
}

/** With its personal part, where that is still kept and has not been replaced by a newer one. */
async function onWire(tx: ReadTransaction, { text, hash, personal }: LogLine) {
  const kept = personal === undefined ? undefined : await tx.personal(personal.key)
  if (kept === undefined || kept.hash !== personal?.hash) return { text, hash }
  return { text, hash, personal: { key: kept.key, salt: kept.salt, text: kept.text } }
}
