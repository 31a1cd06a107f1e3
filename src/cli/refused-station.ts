import { startBrowserHost } from '../host/browser-host.ts'
import type { Failure } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { type CliIo, type ExitCode, tellFailure } from './command.ts'

/** A browser needs a moment to load the page; whoever waits for this program's exit should not wait much longer. */
const SHOWN_MS = 2_000
/** Nobody looks: a script started the station and waits for its exit. */
const UNSEEN_MS = 20_000

export interface RefusedStation {
  readonly failure: Failure
  readonly rendererDir: string
  readonly world: {
    readonly clock: Clock
    readonly timers: Timers
    readonly ids: Ids
    readonly log: Log
  }
  /** Opens the page where somebody can see it. */
  readonly open: (link: string) => void
}

/**
 * A station that cannot start says so where a person looks for it: on a page at an address of its own, printed as `station
 * refused <url>` after the failure itself, and served until it was seen or nobody came for it. The exit code stays that of
 * a command that could not run.
 */
export async function showRefusal(
  io: CliIo,
  { failure, rendererDir, world, open }: RefusedStation,
): Promise<ExitCode> {
  const exitCode = await tellFailure(io, failure)
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const host = await startBrowserHost({
    ...world,
    serving: { failure, onShown: () => void world.timers.after(SHOWN_MS, end) },
    // Not the one asked for: that is the running station's, whose windows must not be shown this.
    port: 0,
    rendererDir,
  })
  // The failure was told; where not even a page can be served there is no more to say it with.
  if (!host.ok) return exitCode
  await io.out(`station refused ${host.value.link()}`)
  open(host.value.link())
  const unseen = world.timers.after(UNSEEN_MS, end)
  await Promise.race([over, io.ending])
  unseen.cancel()
  await host.value.stop()
  return exitCode
}
