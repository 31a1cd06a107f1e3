import type { Sentence, TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Command } from '../../scanning/own-codes.ts'
import { lessonOf } from './lesson.ts'
import { drivesInBoxes, type Parcels } from './parcels.ts'
import { BAYS } from './practice-folder.ts'
import type { VirtualDock } from './virtual-dock.ts'

type Shown = TopicState<'practice'>
type Code = Shown['codes'][number]

/** Those a first package can need; the others are on the printed sheets. */
const FIRST_COMMANDS: readonly Command[] = [
  'TD-FINISH',
  'TD-UNDO',
  'TD-HOLD',
  'TD-PACK',
  'TD-PRINT',
  'TD-NEXT',
  'TD-DAMAGED',
  'TD-SHIP',
]

export interface PracticeViewParts {
  readonly ledger: Ledger
  readonly dock: VirtualDock
}

/** Everything a hand at the practice dock can scan or plug, and what to do next. */
export function practiceView({ ledger, dock }: PracticeViewParts): Shown {
  const { parcels } = dock
  const bayOf = (serial: string) => dock.bayOf(serial)
  const lesson = lessonOf({ ledger, parcels, bayOf })
  return {
    codes: [
      ...boxes(parcels),
      ...drives(parcels),
      ...BAYS.map((bay) => code('bays', `TD-BAY-${bay}`, 'bay', { bay })),
      ...FIRST_COMMANDS.map((text) => code('commands', text, text)),
      ...goingHome(ledger, parcels),
    ],
    drives: parcels.flatMap((parcel) =>
      drivesInBoxes([parcel]).map(({ serial }) => showDrive(ledger, dock, serial, parcel.tracking)),
    ),
    ...(lesson === undefined ? {} : { lesson }),
  }
}

function showDrive(ledger: Ledger, dock: VirtualDock, serial: string, box: string): Shown['drives'][number] {
  const plugged = dock.bayOf(serial)
  const custody = ledger.get('custody', serial)
  const bay = (custody?.state === 'bay' ? custody.bay : undefined) ?? dock.freeBay()
  return {
    drive: serial,
    box,
    ...(plugged === undefined ? {} : { plugged }),
    ...(bay === undefined ? {} : { bay }),
    fault: dock.faultOf(serial),
  }
}

function code(group: Code['group'], text: string, name: string, facts: Sentence['facts'] = {}): Code {
  return { group, text, label: { name, facts } }
}

function boxes(parcels: Parcels): Code[] {
  return parcels.map(({ lesson, tracking }) => code('boxes', tracking, `box-${lesson}`))
}

function drives(parcels: Parcels): Code[] {
  return parcels.flatMap(({ jobs, extras }) => [
    ...jobs.flatMap((job) =>
      drivesInBoxes([{ lesson: 'clean', tracking: '', jobs: [job], extras: [] }]).map(({ serial }) =>
        code('drives', serial, 'drive-of', { job: job.name }),
      ),
    ),
    ...extras.map(({ serial }) => code('drives', serial, 'drive-extra')),
  ])
}

/** Labels that have been printed, and what the carrier gives for the boxes that are closed. */
function goingHome(ledger: Ledger, parcels: Parcels): Code[] {
  const labels: Code[] = []
  const carriers: Code[] = []
  for (const { name, homeTracking, drives: listed } of parcels.flatMap(({ jobs }) => jobs)) {
    const job = listed.flatMap(({ serial }) => ledger.find('drive', 'serial', serial)[0] ?? [])[0]?.job
    const box =
      job === undefined ? undefined : ledger.find('return', 'job', job).find((one) => one.state !== 'void')
    if (box?.state === 'labelled' || box?.state === 'closed')
      labels.push(code('labels', box.number, 'label-of', { job: name }))
    if (box?.state === 'closed') carriers.push(code('carriers', homeTracking, 'carrier-of', { job: name }))
  }
  return [...labels, ...carriers]
}
