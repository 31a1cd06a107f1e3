import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { DriveState } from '../../lifecycle/states.ts'
import type { ApprovedTarget, Device } from '../../ports/devices.ts'
import { bridgeSerials, ownSerials } from '../bridges.ts'
import { sameSerial } from '../serials.ts'

/**
 * May this disk be written to? Only a drive that an export job names, that was confirmed by a scan for the bay it is plugged
 * into, and that says itself who it is. Everything else is refused, and nothing is ever written without this answer. Pure.
 */
export interface TargetRequest {
  /** The job's drive, as the ledger has it. */
  readonly drive: {
    readonly serial: string
    readonly direction: 'Import' | 'Export'
    readonly state: DriveState
    /** It goes home by itself, joined by mistake, or is faulted (its job counts too). */
    readonly setApart: boolean
  }
  /** The serial whose label a person scanned for this bay. */
  readonly labelScan: string | undefined
  /** What is plugged into that bay. */
  readonly attachment: string
}

export interface DockLayout {
  /** Everything attached now. */
  readonly devices: readonly Device[]
  /** Attachments that this station reads from. */
  readonly sources: ReadonlySet<string>
  /** Serials that live import jobs list. */
  readonly importSerials: readonly string[]
}

export type TargetRefusal =
  | 'not-of-an-export'
  | 'not-confirmed'
  | 'not-plugged'
  | 'system-disk'
  | 'source'
  | 'identity-contradicted'
  | 'identity-unknown'
  | 'twin'

/** States of a drive that is still to be filled, or to be filled again. */
const FILLABLE: ReadonlySet<DriveState> = new Set(['Received', 'Transferring', 'CompletedMoreInfo'])

export function chooseTarget(
  { drive, labelScan, attachment }: TargetRequest,
  { devices, sources, importSerials }: DockLayout,
): Outcome<ApprovedTarget, TargetRefusal> {
  if (drive.direction !== 'Export' || drive.setApart || !FILLABLE.has(drive.state))
    return refuse('not-of-an-export', `No export job is to be put onto ${drive.serial}.`)
  if (labelScan === undefined || !sameSerial(labelScan, drive.serial))
    return refuse(
      'not-confirmed',
      `Nobody has scanned ${drive.serial} for this bay: scan the bay, then the drive.`,
    )
  const [device, ...others] = devices.filter((one) => one.attachment === attachment)
  if (device === undefined || others.length > 0 || device.sizeBytes <= 0)
    return refuse('not-plugged', `Nothing that can be written to is plugged in for ${drive.serial}.`)
  if (device.system)
    return refuse(
      'system-disk',
      `This disk is never written to: ${device.systemReason ?? 'it belongs to this machine'}.`,
    )
  if (sources.has(attachment) || importSerials.some((serial) => sameSerial(serial, drive.serial)))
    return refuse('source', `${drive.serial} is a drive to be read, for an import: it is never written to.`)

  const own = ownSerials(device.serials)
  const stranger = own.find(({ text }) => !sameSerial(text, drive.serial))
  if (stranger !== undefined)
    return refuse('identity-contradicted', `The label says ${drive.serial}, the disk says ${stranger.text}.`)
  const adapters = bridgeSerials(device.serials, device.bridge)
  if (own.length === 0 && !adapters.some(({ text }) => sameSerial(text, drive.serial)))
    return refuse(
      'identity-unknown',
      `This disk does not say that it is ${drive.serial}, so nothing is written to it: use an adapter that lets it.`,
    )
  const twin = devices.find(
    (one) => one !== device && one.serials.some(({ text }) => sameSerial(text, drive.serial)),
  )
  if (twin !== undefined)
    return refuse('twin', `The disk in ${twin.slot} says that it is ${drive.serial}, too: unplug it first.`)
  return ok({ attachment, serial: drive.serial })
}

function refuse(code: TargetRefusal, sentence: string) {
  return fail(code, sentence)
}
