/** Notices each new verdict once, whichever way it comes: its sound starts, and the screen turns to it. */
import type { ShownScan } from '../../../src/contract/screen.ts'
import type { Connection } from '../../connection/connect.ts'
import { newestVerdict } from './newest.ts'

export interface Herald {
  readonly verdict: (scan: ShownScan, practice: boolean) => void
  /** A scan has no answer for so long that the stage says so. */
  readonly waiting: () => void
  /** A scan that could not be counted at all. */
  readonly failure: (practice: boolean) => void
}

/** What was there when the window opened is old news. Returns how to stop. */
export function proclaim(connection: Connection, herald: Herald): () => void {
  let known: string | undefined
  let knownFailure: string | undefined
  let knownWaiting: string | undefined
  let opened = false
  return connection.subscribe(() => {
    const state = connection.state()
    const { topics, answered, failed, waiting } = state
    const late = waiting.findLast((scan) => scan.late)
    if (late !== undefined && late.scan !== knownWaiting) herald.waiting()
    knownWaiting = late?.scan
    const practice = topics.station?.practice ?? false
    if (failed !== undefined && failed.scan !== knownFailure) herald.failure(practice)
    knownFailure = failed?.scan
    const newest = newestVerdict(state)
    if (newest !== undefined && newest.scan !== known) {
      if (opened || newest.scan === answered?.scan) herald.verdict(newest, practice)
      known = newest.scan
    }
    opened ||= topics.receive !== undefined
  })
}
