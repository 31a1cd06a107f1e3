import type { CallArgs, TopicState } from '../../contract/screen.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Log } from '../../ports/log.ts'
import type { Station } from '../start-station.ts'
import { type CallService, makeParcels, wornOut } from './make-parcels.ts'
import { MOST_ROUNDS } from './parcels.ts'
import { markRound, type PracticeFolder } from './practice-folder.ts'
import { practiceView } from './practice-view.ts'
import { VirtualDock } from './virtual-dock.ts'

export interface PracticeParts {
  readonly folder: PracticeFolder
  readonly dock: VirtualDock
  readonly station: Station
  readonly call: CallService
  readonly ids: Ids
  readonly log: Log
}

/** A practice dock at work: its topic and what hands can do there. */
export interface Practice {
  topic(): TopicState<'practice'>
  plug(args: CallArgs<'practice.plug'>): Outcome<object>
  unplug(args: CallArgs<'practice.unplug'>): Outcome<object>
  fault(args: CallArgs<'practice.fault'>): Outcome<object>
  /** New parcels under new numbers. */
  reset(): Promise<Outcome<object>>
  /** Calls back after something was plugged, pulled or made anew. */
  onChange(changed: () => void): void
  stop(): void
}

/**
 * Before the station starts: parcels are on their way and the list of virtual drives stands, so that the station knows of
 * both from its first look on.
 */
export async function preparePractice(
  folder: PracticeFolder,
  call: CallService,
  log: Log,
): Promise<Outcome<VirtualDock>> {
  const made = await makeParcels(folder, call, log)
  return made.ok ? ok(new VirtualDock(folder, made.value)) : made
}

/** The hands of a practice dock beside its running station. */
export function startPractice({ folder, dock, station, call, ids, log }: PracticeParts): Practice {
  const listeners: (() => void)[] = []
  let { round } = folder
  let isMaking = false

  const changed = () => {
    station.devices.ring()
    for (const listener of listeners) listener()
  }
  const done = (outcome: Outcome<undefined>): Outcome<object> => {
    if (!outcome.ok) return outcome
    changed()
    watchYanks()
    return ok({})
  }

  /**
   * Pulls out what is to fall out, in the instant in which its copy has begun to store bytes: told by the ledger, because
   * progress comes four times a second and a practice drive may be through by then.
   */
  function watchYanks(): void {
    const armed = practiceView({ ledger: station.ledger, dock }).drives.filter(
      ({ fault, plugged }) => fault === 'yank' && plugged !== undefined,
    )
    for (const { drive, plugged = '' } of armed) {
      if (!station.ledger.find('copy', 'serial', drive).some(({ state }) => state === 'copying')) continue
      log.info('A practice drive falls out of its bay.', { drive, bay: plugged })
      dock.setFault(drive, 'none')
      dock.unplug(plugged)
      changed()
    }
  }

  async function reset(): Promise<Outcome<object>> {
    if (isMaking) return fail('practice-busy', 'New parcels are being made. Wait a moment.')
    if (round >= MOST_ROUNDS) return wornOut()
    isMaking = true
    try {
      dock.clear()
      changed()
      station.receiveScan('TD-NEXT', ids.uuid(), 'practice')
      round++
      markRound(folder.dataDir, round)
      const made = await makeParcels({ ...folder, round }, call, log)
      if (!made.ok) return made
      dock.replace(made.value)
      changed()
      return ok({})
    } finally {
      isMaking = false
    }
  }

  let isStopped = false
  station.onChange(() => {
    if (!isStopped) watchYanks()
  })
  watchYanks()
  return {
    topic: () => practiceView({ ledger: station.ledger, dock }),
    plug: ({ drive, bay }) => done(dock.plug(drive, bay)),
    unplug: ({ bay }) => done(dock.unplug(bay)),
    fault: ({ drive, kind }) => done(dock.setFault(drive, kind)),
    reset,
    onChange: (listener) => void listeners.push(listener),
    stop: () => {
      isStopped = true
    },
  }
}
