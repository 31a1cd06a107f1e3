import type { DeviceSerial, UsbBridge } from '../ports/devices.ts'
import { bridgeSerials, hidingBridge, ownSerials } from './bridges.ts'
import { sameSerial } from './serials.ts'

/**
 * Is the drive in this bay the drive the job names? A pure judgement over what was scanned, read and asked.
 *
 * `certain`: the label scan bound to the bay, the manifest's DriveId and the job's manifest hash agree, and the device's
 * own serial agrees or is hidden by its adapter. `contradicted`: any two disagree; a second person overrides or the drive
 * is held. `twin`: another attached drive gives the same serial as its own. `unknown`: a person has to scan the label (or
 * the job has to name a hash) before anything can be said. `waiting`: nothing is wrong and nobody has to do anything; the
 * manifest has not been read yet. Nothing is ever taken silently.
 */
export interface IdentityEvidence {
  /**
   * The serial scanned from the drive's label and bound to this bay: by scanning bay and drive, or because exactly one
   * received drive's scanned label is the device's own serial.
   */
  readonly labelScan?: string
  readonly manifestDriveId?: string
  /** Base16. `expected` is the job's `manifestHash`, `actual` the digest of the manifest file's bytes. */
  readonly manifestHash?: { readonly expected: string; readonly actual: string }
  readonly deviceSerials: readonly DeviceSerial[]
  readonly bridge?: UsbBridge
  /** Slots of other attached devices whose own serial is the same. */
  readonly twinSlots?: readonly string[]
}

export type IdentityVerdict = 'certain' | 'contradicted' | 'unknown' | 'twin' | 'waiting'

export interface Identity {
  readonly verdict: IdentityVerdict
  /** What is known, in one sentence. */
  readonly sentence: string
  /** What to do now, in at most twelve words. */
  readonly next: string
  /** The first two that disagree; present exactly when the verdict is `contradicted`. */
  readonly disagreeing?: readonly [Witness, Witness]
}

export interface Witness {
  readonly who: 'label' | 'manifest' | 'disk' | 'manifest hash' | 'job'
  readonly value: string
}

export function judgeIdentity(evidence: IdentityEvidence): Identity {
  const disagreeing = firstDisagreement(evidence)
  if (disagreeing !== undefined) return contradicted(disagreeing)

  const own = ownSerials(evidence.deviceSerials)[0]
  if (own !== undefined && evidence.twinSlots !== undefined && evidence.twinSlots.length > 0) {
    return {
      verdict: 'twin',
      sentence: `The drives here and in ${evidence.twinSlots.join(', ')} both say they are ${own.text}.`,
      next: 'Unplug all but one of them, then look at the label.',
    }
  }

  if (evidence.labelScan === undefined) return askForScan(own, adapterName(evidence))

  if (evidence.manifestDriveId === undefined || evidence.manifestHash === undefined) {
    return {
      verdict: 'waiting',
      sentence: `The label says ${evidence.labelScan}; the drive's manifest has not been read yet.`,
      next: 'Nothing to do; the manifest is being read.',
    }
  }

  if (evidence.manifestHash.expected.trim() === '') {
    return {
      verdict: 'unknown',
      sentence: `The job names no manifest hash for ${evidence.labelScan}, so the manifest proves nothing.`,
      next: 'Hold the drive and ask the customer for the manifest hash.',
    }
  }

  return {
    verdict: 'certain',
    sentence: `Label, manifest and manifest hash agree on ${evidence.labelScan}; ${deviceSays(evidence, own)}.`,
    next: 'Nothing to do; the copy may start.',
  }
}

/** Compares each pair once, in the order a person would look: label, manifest, disk, then the manifest's bytes. */
function firstDisagreement(evidence: IdentityEvidence): readonly [Witness, Witness] | undefined {
  const witnesses: Witness[] = []
  if (evidence.labelScan !== undefined) witnesses.push({ who: 'label', value: evidence.labelScan })
  if (evidence.manifestDriveId !== undefined) {
    witnesses.push({ who: 'manifest', value: evidence.manifestDriveId })
  }
  for (const serial of ownSerials(evidence.deviceSerials)) {
    witnesses.push({ who: 'disk', value: serial.text })
  }
  for (const [index, one] of witnesses.entries()) {
    const other = witnesses.slice(index + 1).find((later) => !sameSerial(one.value, later.value))
    if (other !== undefined) return [one, other]
  }

  const hash = evidence.manifestHash
  if (hash === undefined || hash.expected.trim() === '') return undefined
  if (hash.expected.trim().toUpperCase() === hash.actual.trim().toUpperCase()) return undefined
  return [
    { who: 'job', value: hash.expected },
    { who: 'manifest hash', value: hash.actual },
  ]
}

function contradicted(disagreeing: readonly [Witness, Witness]): Identity {
  const [one, other] = disagreeing
  return {
    verdict: 'contradicted',
    sentence:
      one.who === 'job'
        ? `The job expects the manifest hash ${one.value}, the manifest on the drive has ${other.value}.`
        : `The ${one.who} says ${one.value}, the ${other.who} says ${other.value}.`,
    next: 'Hold the drive, or have a second person override.',
    disagreeing,
  }
}

function askForScan(own: DeviceSerial | undefined, adapter: string): Identity {
  return {
    verdict: 'unknown',
    sentence:
      own === undefined
        ? `This drive's own serial number is hidden by ${adapter} and its label was not scanned.`
        : `The drive says it is ${own.text}, but no label scan is bound to this bay.`,
    next: "Scan the bay, then the drive's label.",
  }
}

function deviceSays(evidence: IdentityEvidence, own: DeviceSerial | undefined): string {
  if (own !== undefined) return 'the drive itself says the same'
  const label = evidence.labelScan ?? ''
  const helpful = bridgeSerials(evidence.deviceSerials, evidence.bridge).some((serial) =>
    sameSerial(label, serial.text),
  )
  return helpful
    ? 'its adapter says the same'
    : `the drive's own serial is hidden by ${adapterName(evidence)}`
}

function adapterName(evidence: IdentityEvidence): string {
  const name = hidingBridge(evidence.bridge)
  return name === undefined ? 'its adapter' : `its adapter (${name})`
}
