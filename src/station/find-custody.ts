import { ownSerials } from '../drives/bridges.ts'
import { sameSerial } from '../drives/serials.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type CustodyRecord, driveKey } from '../lifecycle/records.ts'
import type { Device } from '../ports/devices.ts'

/**
 * The one drive in the trays whose scanned label is this disk's own serial number. Only drives that wait to be processed:
 * held and extra ones are put into a bay by a person. A drive pulled from another bay is found there.
 */
export function findItsCustody(
  ledger: Pick<Ledger, 'find' | 'get'>,
  device: Device,
  pluggedBays: ReadonlySet<string>,
): CustodyRecord | undefined {
  const own = ownSerials(device.serials)
  if (own.length === 0) return undefined
  const candidates = [...ledger.find('custody', 'state', 'tray'), ...ledger.find('custody', 'state', 'bay')]
  const matching = candidates.filter((custody) => own.some(({ text }) => sameSerial(text, custody.serial)))
  const [custody] = matching
  if (custody === undefined || matching.length > 1 || custody.heldBecause !== undefined) return undefined
  if (custody.state === 'bay' && pluggedBays.has(custody.bay ?? '')) return undefined
  const drive =
    custody.job === undefined ? undefined : ledger.get('drive', driveKey(custody.job, custody.serial))
  const waits = drive?.state === 'Received' || drive?.state === 'Transferring'
  return waits && drive?.apart === false ? custody : undefined
}
