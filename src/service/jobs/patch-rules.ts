import type { PatchJobBody } from '../../contract/import-export-api.ts'
import { refuse } from '../refusal.ts'
import type { Difference } from './changes.ts'
import type { JobView } from './job-view.ts'

type Properties = PatchJobBody['properties']

/**
 * When each part of a job may still change (reference 1.8, and our decisions where the sources are silent): the drive list
 * and the package until the package has come in; what copying reads until the last drive is copied; the carrier account
 * until packing begins (or later when there is none); the return address until a return label is printed.
 */
export function refuseChanges(view: JobView, properties: Properties, diff: Difference) {
  return (
    refuseDrives(view, properties, diff) ??
    refusePackage(view, diff) ??
    refuseCopySettings(view, diff) ??
    refuseReturn(view, diff) ??
    refuseAnnouncement(view, properties, diff)
  )
}

function refuseDrives({ job, drives }: JobView, { driveList }: Properties, diff: Difference) {
  const target = 'properties.driveList'
  if (driveList !== undefined && driveList.length > 0 && job.type === 'Export')
    return refuse(
      400,
      'DriveListNotAllowed',
      'An export job lists no drives: they join it when they arrive. Leave driveList out.',
      { target },
    )
  if (diff.drives.length === 0) return undefined
  if (job.state !== 'Creating' && job.state !== 'Shipping')
    return refuse(
      409,
      'DriveListFixed',
      `Job "${job.name}" is in ${job.state}; its drive list changes only in Creating or Shipping. List further drives in a new job.`,
      { target },
    )
  const seen = drives.find((drive) => diff.drives.includes(drive.serial) && drive.state !== 'Specified')
  if (seen === undefined) return undefined
  return refuse(
    409,
    'DriveAlreadySeen',
    `Drive ${seen.driveId} is in ${seen.state} and stays in the list as it is. Send it unchanged, or leave out driveList.`,
    { target },
  )
}

function refusePackage({ job }: JobView, { changes }: Difference) {
  if (changes.package === undefined || job.state === 'Creating' || job.state === 'Shipping') return undefined
  return refuse(
    409,
    'DeliveryPackageFixed',
    `The package of job "${job.name}" has come in already. Leave out deliveryPackage.`,
    { target: 'properties.deliveryPackage' },
  )
}

const BEFORE_PACKING: readonly string[] = ['Creating', 'Shipping', 'Received', 'Transferring']

function refuseCopySettings({ job }: JobView, { changes }: Difference) {
  if (BEFORE_PACKING.includes(job.state)) return undefined
  const [member] = (['logLevel', 'backupDriveManifest'] as const).filter(
    (name) => changes[name] !== undefined,
  )
  if (member === undefined) return undefined
  return refuse(
    409,
    'CopySettingFixed',
    `The drives of job "${job.name}" have been copied; ${member} can no longer change. Leave it out.`,
    { target: `properties.${member}` },
  )
}

function refuseReturn({ job, personal, returns }: JobView, { personal: wanted }: Difference) {
  if (wanted === undefined) return undefined
  const newAddress = JSON.stringify(wanted.returnAddress) !== JSON.stringify(personal.returnAddress)
  if (newAddress && returns.some((box) => box.state === 'labelled' || box.state === 'closed'))
    return refuse(
      409,
      'ReturnLabelPrinted',
      `The return label of job "${job.name}" has been printed. Ask the dock to void it, then send the address again.`,
      { target: 'properties.returnAddress' },
    )
  const newShipping = JSON.stringify(wanted.returnShipping) !== JSON.stringify(personal.returnShipping)
  if (newShipping && personal.returnShipping !== undefined && !BEFORE_PACKING.includes(job.state))
    return refuse(
      409,
      'ReturnShippingFixed',
      `Job "${job.name}" is in ${job.state}; the carrier account changes only before packing. Ask the dock.`,
      { target: 'properties.returnShipping' },
    )
  return undefined
}

/** What has to be known before a package may be announced. */
function refuseAnnouncement({ job, drives, personal }: JobView, properties: Properties, diff: Difference) {
  if (properties.state !== 'Shipping' || job.state !== 'Creating') return undefined
  if ((diff.personal ?? personal).returnAddress === undefined)
    return refuse(400, 'ReturnAddressRequired', 'Send returnAddress before or with state "Shipping".', {
      target: 'properties.returnAddress',
    })
  if ((diff.changes.package ?? job.package) === undefined)
    return refuse(
      400,
      'DeliveryPackageRequired',
      'Send deliveryPackage (carrierName and trackingNumber) before or with state "Shipping".',
      { target: 'properties.deliveryPackage' },
    )
  const listed = properties.driveList ?? drives
  if (job.type === 'Import' && listed.length === 0)
    return refuse(
      400,
      'DriveListRequired',
      'List the drives you are sending before or with state "Shipping".',
      {
        target: 'properties.driveList',
      },
    )
  return undefined
}
