import { type Identity, judgeIdentity } from '../drives/identity.ts'
import type { CustodyRecord } from '../lifecycle/records.ts'
import type { Device } from '../ports/devices.ts'

/**
 * Who the drive in a bay is, as far as can be said before anybody reads it: the label scanned for the bay, what the disk
 * says of itself, and who else says the same. Its manifest is read by the copying process, which judges the rest.
 */
export function identityInBay(
  device: Device,
  custody: CustodyRecord | undefined,
  twinSlots: readonly string[] | undefined,
): Identity {
  return judgeIdentity({
    // Custody in a bay exists only because the label was scanned.
    ...(custody === undefined ? {} : { labelScan: custody.serial }),
    deviceSerials: device.serials,
    ...(device.bridge === undefined ? {} : { bridge: device.bridge }),
    ...(twinSlots === undefined ? {} : { twinSlots }),
  })
}
