import { workOf } from '../evolve/people.ts'
import type { ScanRecord, Verdict } from '../records.ts'
import { driveKey } from '../records.ts'
import type { Next, Say } from '../sentences.ts'
import { closeArrival } from './close-arrival.ts'
import { type CommandCode, type ScanContext, settledWork, setWork, workNow } from './context.ts'
import { Draft } from './draft.ts'
import { printLabel, refused } from './pack-drive.ts'
import { setAside } from './receive-drive.ts'
import { HOLD_SHELF } from './trays.ts'

/** Everything an operator can order by scanning the command sheet. `undoes` names the scan that was taken back. */
export interface Commanded {
  readonly verdict: Verdict
  readonly undoes?: string
}

export function obey(context: ScanContext, command: CommandCode): Commanded {
  if (command === 'TD-UNDO') return undoNewest(context)
  return { verdict: COMMANDS[command](context) }
}

const COMMANDS: Readonly<Record<Exclude<CommandCode, 'TD-UNDO'>, (context: ScanContext) => Verdict>> = {
  'TD-FINISH': (context) => {
    const work = settledWork(context)
    if (work.doing === 'arrival') {
      const arrival = context.draft.hood.get('arrival', work.arrival)
      if (arrival !== undefined) return closeArrival(context, arrival)
    }
    return refused('nothing-to-finish', 'scan-a-box', {})
  },

  'TD-NEXT': (context) => {
    const work = workNow(context)
    if (work.doing === 'nothing') return command('nothing-active', 'scan-a-box')
    if (work.doing === 'asking') {
      // Going on without answering is a no.
      setWork(context, work.before)
      const arrival =
        work.before.doing === 'arrival' ? context.draft.hood.get('arrival', work.before.arrival) : undefined
      if (work.ask.what === 'joins-export' && arrival !== undefined)
        return setAside(context, arrival, work.text, false)
      return command('question-dropped', 'scan-next')
    }
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
    const serial = newestDrive(context)
    const custody = serial === undefined ? undefined : context.draft.hood.get('custody', serial)
    if (serial === undefined || custody === undefined)
      return refused('nothing-to-hold', 'scan-drive-first', {})
    const because = context.draft.tryAdd({
      kind: 'drive-held',
      body: { serial, because: 'operator', ...(custody.job === undefined ? {} : { job: custody.job }) },
    })
    if (because !== undefined) return refused('cannot-hold', 'supervisor', {}, serial)
    context.draft.undoneBy('placing-undone', { serial })
    context.draft.openCase('held-by-operator', {
      serial,
      ...(custody.job === undefined ? {} : { job: custody.job }),
    })
    return {
      verdict: 'held',
      say: 'held-operator',
      next: 'hold-shelf-next-drive',
      facts: {},
      drive: serial,
      tray: HOLD_SHELF,
    }
  },

  'TD-DAMAGED': (context) => {
    const { draft } = context
    const serial = newestDrive(context)
    const custody = serial === undefined ? undefined : draft.hood.get('custody', serial)
    const drive =
      custody?.job === undefined ? undefined : draft.hood.get('drive', driveKey(custody.job, custody.serial))
    if (drive === undefined || drive.state !== 'Received')
      return refused('nothing-damaged', 'scan-drive-first', {})
    draft.add('drive-faulted', { job: drive.job, serial: drive.serial, reason: 'damaged' })
    draft.undoneBy('drive-fault-cleared', { job: drive.job, serial: drive.serial })
    draft.openCase('damaged', { job: drive.job, serial: drive.serial })
    return { ...command('damaged', 'photo-then-next'), drive: drive.serial }
  },
}

function command(say: Say, next: Next, facts: Verdict['facts'] = {}): Verdict {
  return { verdict: 'command', say, next, facts }
}

/** The drive in the operator's hand: that of the newest scan, if it was one. */
function newestDrive(context: ScanContext): string | undefined {
  const [newest] = newestScans(context)
  return newest?.undone === false ? newest.verdict.drive : undefined
}

function newestScans(context: ScanContext): ScanRecord[] {
  const { hood } = context.draft
  return workOf(hood, context.station).scans.flatMap((id) => hood.get('scan', id) ?? [])
}

/** Rule 3: takes back the newest scan that changed something, as far as the rules allow. */
function undoNewest(context: ScanContext): Commanded {
  const scan = newestScans(context).find((s) => s.undo !== undefined && s.undo.length > 0 && !s.undone)
  if (scan?.undo === undefined) return { verdict: refused('nothing-to-undo', 'scan-next', {}) }
  const { draft } = context
  const trial = new Draft(draft.hood, draft.stamp, draft.mint)
  for (const event of scan.undo) {
    const because = trial.tryAdd(event)
    if (because !== undefined)
      return { verdict: refused('undo-too-late', 'supervisor', { because }, scan.verdict.drive) }
  }
  for (const event of scan.undo) draft.tryAdd(event)
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
