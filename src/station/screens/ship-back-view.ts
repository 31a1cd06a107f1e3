import { jobPersonal, jobPersonalKey } from '../../contract/import-export-api.ts'
import type { TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { EXTRA_SHELF } from '../../lifecycle/decide/trays.ts'
import { isOfItsJob, missingFromBox } from '../../lifecycle/earned.ts'
import { countedDrives } from '../../lifecycle/evolve/settle.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import type { JobRecord, ReturnRecord } from '../../lifecycle/records.ts'
import type { Printing } from '../printing.ts'

type ShipBack = TopicState<'ship-back'>
type ShownBox = ShipBack['boxes'][number]

const MOST_BOXES = 50

/** Boxes being packed or waiting for their carrier, the active one first; and jobs that have none yet. */
export function shipBackView(ledger: Ledger, printing: Pick<Printing, 'stateOf'>): ShipBack {
  const record = ledger.get('work', ledger.station)?.work
  const work = record?.doing === 'asking' ? record.before : record
  const active = work?.doing === 'return' ? work.return : undefined
  const boxes = (['packing', 'labelled', 'closed'] as const).flatMap((state) =>
    ledger.find('return', 'state', state, { limit: MOST_BOXES }),
  )
  const shown = boxes.map((box) => showBox(ledger, box, box.id === active, printing))
  const waiting = ledger
    .find('job', 'state', 'Packaging', { limit: MOST_BOXES })
    .filter((job) => !boxes.some((box) => box.job === job.id))
    .map((job) => ({ job: job.name, drives: onSiteOf(ledger, job) }))
  return { boxes: shown.sort((a, b) => Number(b.active) - Number(a.active)), waiting }
}

function onSiteOf(ledger: Ledger, job: JobRecord): number {
  return ledger.find('custody', 'job', job.id).filter((c) => c.state === 'tray' || c.state === 'bay').length
}

function showBox(
  ledger: Ledger,
  box: ReturnRecord,
  active: boolean,
  printing: Pick<Printing, 'stateOf'>,
): ShownBox {
  const hood = ledger.gather({ returns: [box.id] })
  const job = box.job === undefined ? undefined : hood.get('job', box.job)
  const personal = job === undefined ? undefined : ledger.personal(jobPersonalKey(job.id))
  const { returnAddress } = personal === undefined ? {} : jobPersonal.parse(JSON.parse(personal))
  const copied =
    job === undefined
      ? []
      : countedDrives(hood, job.id).filter((d) => d.state === 'Completed' || d.state === 'CompletedMoreInfo')
  const carrier = box.carrier ?? job?.returnCarrier
  return {
    number: box.number,
    active,
    state: box.state,
    ...(job === undefined ? {} : { job: job.name, jobState: job.state }),
    packed: box.drives.map((serial) => {
      const custody = hood.get('custody', serial)
      const own = custody !== undefined && isOfItsJob(hood, custody)
      return {
        drive: serial,
        ...(own && job ? { job: job.name } : {}),
        at: custody?.since ?? box.openedAt,
        extra: !own,
      }
    }),
    missing: missingFromBox(hood, box).map((serial) => ({ drive: serial, ...placeOf(hood, serial) })),
    addressKnown: returnAddress !== undefined,
    address: returnAddress === undefined ? [] : addressLines(returnAddress),
    ...(carrier === undefined ? {} : { carrier }),
    accountKnown: job?.hasCarrierAccount ?? false,
    copiedClean: copied.filter((d) => !d.endedWithError).length,
    copied: copied.length,
    prints: box.prints,
    print: printOf(box, printing),
  }
}

function placeOf(hood: Hood, serial: string): { place: string; extra: boolean } {
  const custody = hood.get('custody', serial)
  if (custody?.state === 'extra') return { place: EXTRA_SHELF, extra: true }
  if (custody?.state === 'bay') return { place: `bay ${custody.bay ?? ''}`, extra: false }
  return { place: custody?.tray ?? '', extra: false }
}

function printOf(box: ReturnRecord, printing: Pick<Printing, 'stateOf'>): ShownBox['print'] {
  if (box.prints === 0) return { state: 'none' }
  const state = printing.stateOf(box.id)
  if (state === undefined) return { state: 'sent' }
  return state.state === 'failed' ? { state: 'failed', trouble: state.trouble } : { state: state.state }
}

function addressLines(to: NonNullable<ReturnType<typeof jobPersonal.parse>['returnAddress']>): string[] {
  const city = [to.postalCode, to.city, to.stateOrProvince].filter(
    (part) => part !== undefined && part !== '',
  )
  return [
    to.recipientName,
    to.streetAddress1,
    to.streetAddress2 ?? '',
    city.join(' '),
    to.countryOrRegion,
  ].filter((line) => line !== '')
}
