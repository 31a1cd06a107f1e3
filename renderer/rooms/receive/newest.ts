/** What the stage has to show. Pure. */
import type { ShownScan } from '../../../src/contract/screen.ts'
import type { ConnectionState, FailedScan } from '../../connection/connect.ts'
import type { WaitingScan } from '../../connection/world.ts'

export type Newest =
  /** A scan has no answer yet, and has waited long enough to say so. An older verdict would be taken for its own. */
  | { readonly kind: 'waiting'; readonly scan: WaitingScan }
  | { readonly kind: 'failed'; readonly scan: FailedScan }
  | { readonly kind: 'verdict'; readonly scan: ShownScan }
  | { readonly kind: 'none' }

export function newestOf(state: Pick<ConnectionState, 'waiting' | 'failed' | 'answered' | 'topics'>): Newest {
  const waiting = state.waiting.findLast(({ late }) => late)
  if (waiting !== undefined) return { kind: 'waiting', scan: waiting }
  if (state.failed !== undefined) return { kind: 'failed', scan: state.failed }
  const scan = newestVerdict(state)
  return scan === undefined ? { kind: 'none' } : { kind: 'verdict', scan }
}

/**
 * The engine tells the newest scan of all windows and scanners; the answer to a scan of this window may be here a little
 * earlier. Once the engine has told that scan, only its own order counts.
 */
export function newestVerdict({
  answered,
  topics,
}: Pick<ConnectionState, 'answered' | 'topics'>): ShownScan | undefined {
  const told = topics.receive?.last
  if (answered === undefined || told === undefined) return told ?? answered
  const known =
    told.scan === answered.scan || topics.receive?.scans.some(({ scan }) => scan === answered.scan)
  return known === true || told.at > answered.at ? told : answered
}
