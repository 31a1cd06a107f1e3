import type { StationConfig } from '../../contract/config.ts'
import type { CopyProgress } from '../../contract/copy-messages.ts'
import type { Sentence, TopicState } from '../../contract/screen.ts'
import { plainText } from '../../drives/plain-text.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type CustodyRecord, driveKey } from '../../lifecycle/records.ts'
import type { Device } from '../../ports/devices.ts'
import { type Bay, bayOf, readBays, stepFor } from '../bays.ts'
import type { DockBays } from '../dock-bays.ts'
import type { CopyEnds } from './copy-ends.ts'
import type { SpeedCurves } from './speed-curves.ts'

type ShownBay = TopicState<'bays'>['bays'][number]

export interface BaysParts {
  readonly ledger: Ledger
  readonly config: Pick<StationConfig, 'bays'>
  readonly devices: () => readonly Device[]
  readonly bays: Pick<DockBays, 'identityOf' | 'examinationOf' | 'isEjected'>
  /** The slot whose name is awaited. */
  readonly naming: () => string | undefined
  readonly progressOf: (serial: string) => CopyProgress | undefined
  readonly curves: SpeedCurves
  readonly ends: CopyEnds
  readonly now: () => number
}

/** Every bay this station knows of: named in its settings, plugged into, or scanned for. */
export function baysView(parts: BaysParts): TopicState<'bays'> {
  const { ledger, config } = parts
  const plugged = parts.devices().filter((device) => !device.system)
  const filled = readBays(ledger, { devices: () => plugged }, config)
  const shown = filled.map((bay) => showFilled(parts, bay))
  for (const device of plugged) {
    const bay = bayOf(config, device)
    if (!shown.some((known) => known.bay === bay)) shown.push(showStranger(parts, bay, device))
  }
  const free = Object.values(config.bays).filter((bay) => !shown.some((known) => known.bay === bay))
  const queue = free.length === 0 ? [] : waitingInTrays(ledger, free.length)
  for (const [at, bay] of free.toSorted(byNumber).entries()) shown.push(showFree(bay, queue[at]))
  return { bays: shown.sort((a, b) => byNumber(a.bay, b.bay)) }
}

const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

function showFilled(parts: BaysParts, bay: Bay): ShownBay {
  const { custody, drive, job, device, copy } = bay
  const progress = parts.progressOf(custody.serial)
  const phase = phaseOf(bay, progress)
  const speed = parts.curves.of(custody.serial)
  const left = progress === undefined ? 0 : progress.bytesTotal - progress.bytesDone
  const trouble = drive?.fault?.reason ?? (drive?.identity === 'contradicted' ? 'identity' : undefined)
  const percent =
    progress !== undefined && progress.bytesTotal > 0
      ? (100 * progress.bytesDone) / progress.bytesTotal
      : drive?.percent
  const running = phase === 'copying' || phase === 'proving'
  const isDone = drive !== undefined && (phase === 'done' || phase === 'done-more-info')
  const files = isDone ? parts.ends.filesOf(drive.job, drive.serial) : undefined
  const says = device?.serials[0] === undefined ? undefined : plainText(device.serials[0].text)
  return {
    bay: bay.name,
    drive: custody.serial,
    ...(job === undefined ? {} : { job: job.name }),
    plugged: device !== undefined,
    ...(device?.model === undefined ? {} : { model: plainText(device.model) }),
    ...(device === undefined ? {} : showDevice(parts, device, custody)),
    ...(device === undefined ? {} : { sizeBytes: device.sizeBytes }),
    phase,
    ...(copy === undefined ? {} : { copy: copy.state }),
    ...(percent === undefined ? {} : { percent: Math.min(100, Math.floor(percent)) }),
    ...(progress === undefined ? {} : { bytesDone: progress.bytesDone, bytesTotal: progress.bytesTotal }),
    ...(isDone ? { bytesDone: drive.bytesSucceeded, state: drive.state } : {}),
    ...(files === undefined ? {} : { files: { ...files } }),
    ...(drive?.identity === 'contradicted' && says !== undefined ? { says } : {}),
    ...(running && speed.now > 0
      ? { bytesPerSecond: speed.now, doneAt: Math.round(parts.now() + (left / speed.now) * 1_000) }
      : {}),
    curve: [...speed.points],
    ...(trouble === undefined ? {} : { trouble }),
    needsHand: NEEDS_HAND.has(phase) || (phase === 'waiting' && (device === undefined || waitsForScan(bay))),
    next: isDone
      ? nextForDone(parts.ledger, drive.job)
      : phase === 'waiting' && waitsForScan(bay)
        ? nextFor('unknown', true)
        : nextFor(phase, device !== undefined),
  }
}

/** A drive that is to be filled says who it is; a person says that it is meant. */
function waitsForScan(bay: Bay): boolean {
  const step = stepFor(bay)
  return step.do === 'nothing' && step.because === 'export-waits-for-scan' && bay.device !== undefined
}

/** What is known of the disk itself. Its own words are made safe to show. */
function showDevice(
  { bays, naming }: BaysParts,
  device: Device,
  custody: CustodyRecord | undefined,
): Partial<ShownBay> {
  const { verdict, sentence, next } = bays.identityOf(device, custody)
  const examined = bays.examinationOf(device)
  return {
    slot: device.slot,
    ...(naming() === device.slot ? { naming: true } : {}),
    ...(bays.isEjected(device) ? { ejected: true } : {}),
    identity: { verdict, sentence: plainText(sentence, 512), next },
    ...(examined === undefined
      ? {}
      : {
          health: examined.health,
          healthReasons: [...examined.reasons],
          findings: examined.findings.map((finding) => ({ ...finding, found: plainText(finding.found) })),
        }),
  }
}

/** The box that is being packed for its job, if there is one. */
function nextForDone(ledger: Ledger, job: string): Sentence {
  const box = ledger.find('return', 'job', job).find(({ state }) => state === 'packing')
  return box === undefined
    ? { name: 'take-it-out', facts: {} }
    : { name: 'take-it-out-for-box', facts: { number: box.number } }
}

interface Waiting {
  readonly serial: string
  readonly tray: string | undefined
}

/** Drives in trays that can be copied now: those of the job that has waited longest first. */
function waitingInTrays(ledger: Ledger, most: number): Waiting[] {
  const ready = ledger.find('custody', 'state', 'tray', { limit: MOST_IN_TRAYS }).flatMap((custody) => {
    if (custody.job === undefined) return []
    const drive = ledger.get('drive', driveKey(custody.job, custody.serial))
    const job = ledger.get('job', custody.job)
    if (drive?.state !== 'Received' || drive.apart || drive.fault !== undefined) return []
    if (job === undefined || !job.leftShipping || job.cancelRequested || job.fault !== undefined) return []
    return [{ serial: custody.serial, tray: custody.tray, since: job.receivedAt ?? 0 }]
  })
  return ready
    .sort((a, b) => a.since - b.since || byNumber(a.tray ?? '', b.tray ?? '') || byNumber(a.serial, b.serial))
    .slice(0, most)
}

function phaseOf({ custody, drive, copy }: Bay, progress: CopyProgress | undefined): ShownBay['phase'] {
  if (drive?.identity === 'contradicted' || custody.heldBecause !== undefined) return 'held'
  if (drive?.state === 'Completed') return 'done'
  if (drive?.state === 'CompletedMoreInfo') return 'done-more-info'
  if (copy === undefined) return 'waiting'
  if (copy.state === 'lost') return 'lost'
  if (copy.state === 'paused') return 'paused'
  if (progress?.phase === 'checking' || copy.state === 'opening') return 'opening'
  return progress?.phase === 'finishing' || copy.state === 'proving' ? 'proving' : 'copying'
}

/** More trays than a dock has bays for by far. */
const MOST_IN_TRAYS = 200

const NEEDS_HAND: ReadonlySet<ShownBay['phase']> = new Set([
  'lost',
  'done',
  'done-more-info',
  'held',
  'unknown',
])

function nextFor(phase: ShownBay['phase'], plugged: boolean): Sentence {
  const name = {
    free: 'scan-bay-then-drive',
    waiting: plugged ? 'wait-for-job' : 'plug-it-in',
    opening: 'leave-it-in',
    copying: 'leave-it-in',
    paused: 'leave-it-in',
    lost: 'plug-it-back-in',
    proving: 'leave-it-in',
    done: 'take-it-out',
    'done-more-info': 'take-it-out',
    held: 'see-its-case',
    unknown: 'scan-the-label',
  }[phase]
  return { name, facts: {} }
}

function showStranger(parts: BaysParts, bay: string, device: Device): ShownBay {
  const serial = device.serials[0]?.text
  return {
    bay,
    plugged: true,
    ...(serial === undefined ? { trouble: 'serial-hidden' } : { drive: plainText(serial) }),
    ...(device.model === undefined ? {} : { model: plainText(device.model) }),
    sizeBytes: device.sizeBytes,
    ...showDevice(parts, device, undefined),
    phase: 'unknown',
    curve: [],
    needsHand: true,
    next: nextFor('unknown', true),
  }
}

function showFree(bay: string, upNext: Waiting | undefined): ShownBay {
  return {
    bay,
    plugged: false,
    phase: 'free',
    curve: [],
    needsHand: false,
    ...(upNext === undefined ? {} : { upNext: upNext.serial }),
    next:
      upNext?.tray === undefined
        ? nextFor('free', false)
        : { name: 'take-from-tray', facts: { place: upNext.tray } },
  }
}
