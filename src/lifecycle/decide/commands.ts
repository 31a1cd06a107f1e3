import { HOLD_CASES } from '../earned.ts'
import type { LifeEvent } from '../events.ts'
import type { ScanRecord, Verdict, VerdictCode } from '../records.ts'
import { driveKey } from '../records.ts'
import type { Next, Say } from '../sentences.ts'
import { askHandOver, signOut } from './badges.ts'
import { closeArrival } from './close-arrival.ts'
import {
  arrivalInHand,
  type CommandCode,
  driveInHand,
  newestScans,
  type ScanContext,
  settledWork,
  setWork,
} from './context.ts'
import { DEED_CODES, type DeedCode } from './deeds.ts'
import { Draft } from './draft.ts'
import { cannotReturn, faultIt } from './drive-deeds.ts'
import { printLabel, refused } from './pack-drive.ts'
import { putBack } from './receipt.ts'
import { notForExport } from './receive-drive.ts'
import { HOLD_SHELF } from './trays.ts'
import { doDeed, takeCaseInHand } from './work-case.ts'

/** Everything an operator can order by scanning the command sheet. `undoes` names the scan that was taken back. */
export interface Commanded {
  readonly verdict: Verdict
  readonly undoes?: string
}

export function obey(context: ScanContext, command: CommandCode): Commanded {
  if (command === 'TD-UNDO') return undoNewest(context)
  if (isDeed(command)) return { verdict: doDeed(context, command) }
  return { verdict: COMMANDS[command](context) }
}

const isDeed = (command: CommandCode): command is DeedCode =>
  (DEED_CODES as readonly string[]).includes(command)

type Command = Exclude<CommandCode, 'TD-UNDO' | DeedCode>

const COMMANDS: Readonly<Record<Command, (context: ScanContext) => Verdict>> = {
  'TD-CASE': (context) => takeCaseInHand(context, context.given?.case),
  'TD-FAULT': faultIt,
  'TD-NORETURN': cannotReturn,
  'TD-HANDOVER': askHandOver,
  'TD-SIGNOUT': signOut,

  'TD-FINISH': (context) => {
    const arrival = arrivalInHand(context)
    return arrival === undefined
      ? refused('nothing-to-finish', 'scan-a-box', {})
      : closeArrival(context, arrival)
  },

  // Going on without answering is a no.
  'TD-NEXT': (context) => {
    if (context.asked !== undefined)
      return notForExport(context, context.asked) ?? command('question-dropped', 'scan-next')
    if (settledWork(context).doing === 'nothing') return command('nothing-active', 'scan-a-box')
    setWork(context, { doing: 'nothing' })
    return command('work-put-down', 'scan-a-box')
  },

  'TD-PACK': (context) => {
    setWork(context, { doing: 'packing' })
    return command('packing', 'scan-drive-of-box')
  },

  'TD-SHIP': (context) => {
    const work = settledWork(context)
    const box = work.doing === 'return' ? context.draft.hood.get('return', work.return) : undefined
    if (box?.state === 'closed') return command('shipping-box', 'scan-carrier-number', { number: box.number })
    setWork(context, { doing: 'shipping' })
    return command('shipping', 'scan-return-label')
  },

  'TD-PRINT': (context) => {
    const work = settledWork(context)
    const box = work.doing === 'return' ? context.draft.hood.get('return', work.return) : undefined
    return box === undefined ? refused('nothing-to-print', 'scan-pack-first', {}) : printLabel(context, box)
  },

  'TD-HOLD': (context) => {
    const { draft } = context
    const custody = driveInHand(context)
    if (custody === undefined) return refused('nothing-to-hold', 'scan-drive-first', {})
    const { serial } = custody
    const about = { serial, ...(custody.job === undefined ? {} : { job: custody.job }) }
    const held: Verdict = {
      verdict: 'held',
      say: 'held-operator',
      next: 'hold-shelf-next-drive',
      facts: {},
      drive: serial,
      tray: HOLD_SHELF,
    }
    if (custody.state === 'held') return { ...held, say: 'already-held' }
    const because = draft.tryAdd({ kind: 'drive-held', body: { ...about, because: 'operator' } })
    if (because !== undefined) return refused('cannot-hold', 'supervisor', {}, serial)
    if (custody.state === 'bay') draft.undo.unshift(putBack(custody))
    else draft.undoneBy('placing-undone', { serial })
    draft.openCase(HOLD_CASES.operator, about)
    return held
  },

  'TD-DAMAGED': (context) => {
    const { draft } = context
    const custody = driveInHand(context)
    const drive =
      custody?.job === undefined ? undefined : draft.hood.get('drive', driveKey(custody.job, custody.serial))
    if (drive === undefined || drive.state !== 'Received')
      return refused('nothing-damaged', 'scan-drive-first', {})
    const about = { job: drive.job, serial: drive.serial }
    if (drive.fault === undefined) {
      draft.add('drive-faulted', { ...about, reason: 'damaged' })
      draft.undoneBy('drive-fault-cleared', about)
      draft.openCase('damaged', about)
    }
    return { ...command('damaged', 'photo-then-next'), drive: drive.serial }
  },
}

function command(say: Say, next: Next, facts: Verdict['facts'] = {}): Verdict {
  return { verdict: 'command', say, next, facts }
}

/** Verdicts of scans that changed what no scan takes back (rule 3). */
const FINAL: ReadonlySet<VerdictCode> = new Set(['label-printed', 'return-closed', 'shipped'])

/** What was done about a case is taken back by another deed, not by a scan. */
function isDeedDone(scan: ScanRecord): boolean {
  return (
    scan.verdict.verdict === 'command' &&
    'reason' in scan.verdict.facts &&
    scan.verdict.say !== 'case-in-hand'
  )
}

/** Events that only tidy up after others: alone they take nothing back. */
const TIDYING: ReadonlySet<LifeEvent['kind']> = new Set(['case-resolved', 'case-reopened', 'work-changed'])

/** Rule 3: takes back the newest scan that changed something, as far as the rules allow. */
function undoNewest(context: ScanContext): Commanded {
  const { draft } = context
  const scan = newestScans(context).find(
    (s) => !s.undone && (s.undo !== undefined || FINAL.has(s.verdict.verdict) || isDeedDone(s)),
  )
  if (scan === undefined) return { verdict: refused('nothing-to-undo', 'scan-next', {}) }
  const plan = scan.undo ?? []
  const because = whyTooLate(draft, plan)
  if (because !== undefined)
    return { verdict: refused('undo-too-late', 'supervisor', { because }, scan.verdict.drive) }
  for (const event of plan) draft.tryAdd(event)
  return {
    undoes: scan.id,
    verdict: {
      verdict: 'undone',
      say: 'undone',
      next: scan.verdict.drive === undefined ? 'scan-next' : 'take-it-back-scan-next',
      facts: { text: scan.text },
      ...(scan.verdict.drive === undefined ? {} : { drive: scan.verdict.drive }),
      ...(scan.verdict.job === undefined ? {} : { job: scan.verdict.job }),
      ...(scan.verdict.arrival === undefined ? {} : { arrival: scan.verdict.arrival }),
    },
  }
}

/** Tries all of it first: a scan is taken back whole or not at all. */
function whyTooLate(draft: Draft, plan: readonly LifeEvent[]): string | undefined {
  if (plan.length === 0) return 'A printed label is not taken back by a scan.'
  const trial = new Draft(draft.hood, draft.stamp, draft.mint)
  for (const event of plan) {
    const because = trial.tryAdd(event)
    if (because !== undefined) return because
  }
  return trial.events.some(({ kind }) => !TIDYING.has(kind)) ? undefined : 'It was changed since.'
}
