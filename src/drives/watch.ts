import type { Failure } from '../lifecycle/outcome.ts'
import type { Clock, Instant, Timers } from '../ports/clock.ts'
import type { Device, Devices } from '../ports/devices.ts'
import { findTwins, foldListing } from './diff.ts'

/**
 * Knows what is plugged in, at all times.
 *
 * The doorbell (a kernel or USB event) only says "look"; a slow tick looks anyway, because a doorbell may miss one; the
 * listing is the truth and the diff decides what happened. At most one listing runs at a time, rings during it lead to
 * exactly one more, and rings that never end cannot put a listing off: the pause counts from the first of them.
 */
export interface DriveWatchOptions {
  /** Listing without any ring. */
  readonly tickMs: number
  /** From the first ring to the listing; further rings in between are the same event. */
  readonly debounceMs: number
  /** After something was plugged, list once more: udev may still be filling in what it knows of the disk. */
  readonly settleMs: number
}

const DEFAULT_WATCH: DriveWatchOptions = { tickMs: 5_000, debounceMs: 50, settleMs: 250 }

/** Told when something changed, when a warning appears or changes, and once after the first listing. */
export interface DrivesUpdate {
  readonly at: Instant
  readonly devices: readonly Device[]
  readonly plugged: readonly Device[]
  readonly unplugged: readonly Device[]
  readonly changed: readonly Device[]
  /** Attachment → slots of the devices that give the same own serial. */
  readonly twins: ReadonlyMap<string, readonly string[]>
  /** The last listing failed: `devices` is what was known before it. */
  readonly warning?: Failure<'listing-failed'>
}

export interface DriveWatch {
  /** What was known at the last listing. */
  devices(): readonly Device[]
  /** Asks for a listing soon, as the doorbell does. */
  ring(): void
  /** Ends timers and doorbell. A listing under way is left to end and tells nobody. */
  stop(): void
}

export function watchDrives(
  deps: { readonly devices: Devices; readonly timers: Timers; readonly clock: Clock },
  onUpdate: (update: DrivesUpdate) => void,
  options: DriveWatchOptions = DEFAULT_WATCH,
): DriveWatch {
  let known: readonly Device[] = []
  let warning: Failure<'listing-failed'> | undefined
  let first = true
  let stopped = false
  let listing = false
  let rungMeanwhile = false
  let next: { dueInMs: number; cancel(): void } | undefined

  /** One timer for whatever comes first: a pause after a ring is never longer than the tick it replaces. */
  const listAfter = (delayMs: number) => {
    if (stopped || (next !== undefined && next.dueInMs <= delayMs)) return
    next?.cancel()
    const timer = deps.timers.after(delayMs, () => {
      next = undefined
      void list()
    })
    next = { dueInMs: delayMs, cancel: () => timer.cancel() }
  }

  const ring = () => {
    if (listing) rungMeanwhile = true
    else listAfter(options.debounceMs)
  }

  const list = async () => {
    listing = true
    const outcome = await deps.devices.list()
    listing = false
    if (stopped) return

    const folded = foldListing(known, outcome)
    known = folded.devices
    const news = folded.plugged.length + folded.unplugged.length + folded.changed.length > 0
    const warningChanged = folded.warning?.sentence !== warning?.sentence
    warning = folded.warning
    if (first || news || warningChanged) {
      first = false
      onUpdate({ at: deps.clock.now(), ...folded, twins: findTwins(known) })
    }

    listAfter(options.tickMs)
    if (folded.plugged.length > 0) listAfter(options.settleMs)
    if (rungMeanwhile) listAfter(options.debounceMs)
    rungMeanwhile = false
  }

  const doorbell = deps.devices.watch(ring)
  void list()

  return {
    devices: () => known,
    ring,
    stop() {
      stopped = true
      next?.cancel()
      doorbell.stop()
    },
  }
}
