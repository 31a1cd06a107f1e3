import type { StationConfig } from '../contract/config.ts'
import {
  casePersonalKey,
  type JobPersonal,
  jobPersonal,
  jobPersonalKey,
} from '../contract/import-export-api.ts'
import type { Layout } from '../labels/layout.ts'
import { type PackedDrive, packingList } from '../labels/packing-list.ts'
import { returnLabel } from '../labels/return-label.ts'
import type { LabelTexts } from '../labels/texts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import {
  type CaseRecord,
  type DriveRecord,
  driveKey,
  type JobRecord,
  type ReturnRecord,
} from '../lifecycle/records.ts'
import type { ReturnPaper } from './return-papers.ts'

export interface ReturnPapersParts {
  readonly ledger: Ledger
  readonly config: Pick<StationConfig, 'sender'>
}

export type ReturnPaperFailure = 'address-missing' | 'return-unknown'

/** Lays out the label or the packing list of a box. The same box gives the same paper, so a reprint is the same document. */
export function createReturnPapers({ ledger, config }: ReturnPapersParts, texts: LabelTexts) {
  return (paper: ReturnPaper, returnId: string, packedBy: string): Outcome<Layout, ReturnPaperFailure> => {
    const box = ledger.get('return', returnId)
    if (box === undefined) return fail('return-unknown', 'This box is not in the ledger. Pack it again.')
    const job = jobOf(ledger, box)
    const personal = addressFor(ledger, box, job)
    if (personal?.returnAddress === undefined)
      return fail(
        'address-missing',
        `The return address of box ${box.number} is not here. Check the connection to the service.`,
      )
    const shared = {
      returnNumber: box.number,
      // Of the box, not of the printing: a reprint is the same document.
      madeAtMs: box.openedAt,
      from: { name: config.sender.name, lines: config.sender.lines },
      to: personal.returnAddress,
      carrier: job?.returnCarrier ?? personal.returnShipping?.carrierName ?? '',
      box: 1,
      boxes: 1,
    }
    if (paper === 'label')
      return ok(
        returnLabel(
          {
            ...shared,
            carrierAccount: personal.returnShipping?.carrierAccountNumber,
            jobs: job === undefined ? [] : [job.name],
            drives: box.drives.length,
          },
          texts,
        ),
      )
    const drives = box.drives.flatMap((serial) => driveIn(ledger, serial) ?? [])
    return ok(
      packingList(
        {
          ...shared,
          paper: 'a4',
          drives: drives.map((drive) => packed(drive, job)),
          extras: box.drives.filter((serial) => !drives.some((d) => d.serial === serial)),
          packedBy,
          packedOn: new Date(box.openedAt).toISOString().slice(0, 10),
        },
        texts,
      ),
    )
  }
}

function jobOf(ledger: Ledger, box: ReturnRecord): JobRecord | undefined {
  return box.job === undefined ? undefined : ledger.get('job', box.job)
}

/**
 * Where a box goes: what its customer wrote into the order, or answered when asked. A box without a job goes where its sender
 * said when asked, or to the only customer whose jobs its package carried; with jobs of several customers nobody may guess.
 */
function addressFor(ledger: Ledger, box: ReturnRecord, job: JobRecord | undefined): JobPersonal | undefined {
  if (job !== undefined) {
    const own = readPersonal(ledger, jobPersonalKey(job.id))
    // What its contact answered when asked counts when the job was not changed since; an ended one can no longer be.
    const told = ledger
      .find('case', 'job', job.id)
      .filter((c) => !own?.returnAddress || (c.answeredAt ?? 0) > job.updatedAt)
    return { ...own, ...answerTo(ledger, told) }
  }
  const arrival = box.arrival === undefined ? undefined : ledger.get('arrival', box.arrival)
  if (arrival === undefined) return undefined
  const answer = answerTo(ledger, ledger.find('case', 'arrival', arrival.id))
  if (answer !== undefined) return answer
  const jobs = arrival.jobs.map((id) => ledger.get('job', id))
  if (new Set(jobs.map((one) => one?.subscription)).size !== 1) return undefined
  return arrival.jobs
    .map((id) => readPersonal(ledger, jobPersonalKey(id)))
    .find((found) => found?.returnAddress !== undefined)
}

/** The address of the newest answer; undefined when nobody answered with one. */
function answerTo(ledger: Ledger, cases: readonly CaseRecord[]): JobPersonal | undefined {
  return cases
    .filter(({ answeredAt }) => answeredAt !== undefined)
    .toSorted((a, b) => (b.answeredAt ?? 0) - (a.answeredAt ?? 0))
    .map(({ id }) => readAnswer(ledger, casePersonalKey(id)))
    .find((found) => found?.returnAddress !== undefined)
}

/** An answer may be a note as well: then it holds no address. */
function readAnswer(ledger: Ledger, key: string): JobPersonal | undefined {
  const text = ledger.personal(key)
  return text === undefined ? undefined : jobPersonal.safeParse(JSON.parse(text)).data
}

function readPersonal(ledger: Ledger, key: string): JobPersonal | undefined {
  const text = ledger.personal(key)
  return text === undefined ? undefined : jobPersonal.parse(JSON.parse(text))
}

function driveIn(ledger: Ledger, serial: string): DriveRecord | undefined {
  const job = ledger.get('custody', serial)?.job
  return job === undefined ? undefined : ledger.get('drive', driveKey(job, serial))
}

function packed(drive: DriveRecord, job: JobRecord | undefined): PackedDrive {
  return {
    serial: drive.serial,
    job: job?.name ?? '',
    state: drive.state,
    sentence: OUTCOME[drive.state](drive),
    logs: [drive.errorLog, drive.verboseLog].filter((log) => log !== undefined),
  }
}

const OUTCOME: Readonly<Record<DriveRecord['state'], (drive: DriveRecord) => string>> = {
  Specified: () => 'Not received.',
  NeverReceived: () => 'Not received.',
  Received: () => 'Sent back without a copy.',
  Transferring: () => 'Being copied.',
  Completed: (drive) => `All copied and checked, ${drive.bytesSucceeded} bytes.`,
  CompletedMoreInfo: (drive) =>
    `Copied with notes (${drive.copyStatus ?? 'see the log'}), ${drive.bytesSucceeded} bytes.`,
  ShippedBack: (drive) => `Sent back, ${drive.bytesSucceeded} bytes copied.`,
}
