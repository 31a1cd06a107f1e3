import type { DeviceSerial, UsbBridge } from '../ports/devices.ts'
import { canonicalSerial } from './serials.ts'

/**
 * What is known of USB adapters that keep a disk's serial number to themselves, make one up or give the same one to
 * every disk. A serial from such a mouth is no evidence: it counts as hidden, and the label has to be scanned.
 *
 * Sources: openmediavault, udev rules `99-openmediavault-dev-disk-by-id.rules` ("USB PATA/SATA bridge controllers that
 * do not correctly pass on the serial number") and its pull requests 746, 803 and 1815; rockstor-core issue 2318.
 */

/** Adapters seen to give one number for every disk behind them, or a number of their own. */
const KNOWN_BRIDGES: readonly (UsbBridge & { readonly name: string })[] = [
  { vendorId: '152d', productId: '0567', name: 'JMicron JMS567' },
  { vendorId: '152d', productId: '0576', name: 'JMicron JMS576' },
  { vendorId: '152d', productId: '0578', name: 'JMicron JMS578' },
  { vendorId: '152d', productId: '0580', name: 'JMicron JMS580' },
  { vendorId: '152d', productId: '1561', name: 'JMicron JMS561U' },
  { vendorId: '152d', productId: '2338', name: 'JMicron JM20337' },
  { vendorId: '0080', productId: 'a001', name: 'ORICO adapter' },
  { vendorId: '1058', productId: '0a10', name: 'Quad SATA HAT' },
  { vendorId: '2109', productId: '0715', name: 'VIA Labs VL715' },
]

/** Numbers adapter makers ship as a default; seen on many unrelated disks. Compared in canonical form. */
const DEFAULT_SERIALS: readonly RegExp[] = [
  // Nothing but one repeated character, or nothing left once leading zeros are gone.
  /^(.?)\1*$/,
  // Counting up: 123456789…, with or without the letters that follow in hex.
  /^1234567890?[0-9A-F]*$/,
  // JMicron's default: DD564198838 and two digits.
  /^DD564198838/,
  // JMicron JMS567 enclosures: vendor and firmware number in place of a serial.
  /^152D0+[0-9A-F]{0,6}$/,
]

export function isDefaultSerial(raw: string): boolean {
  const text = canonicalSerial(raw)
  return DEFAULT_SERIALS.some((pattern) => pattern.test(text))
}

/** Its name, when the adapter is one that hides what is behind it. */
export function hidingBridge(bridge: UsbBridge | undefined): string | undefined {
  const isIt = (known: UsbBridge) =>
    known.vendorId === bridge?.vendorId && known.productId === bridge.productId
  return KNOWN_BRIDGES.find(isIt)?.name
}

/** The disk's own word, when it is one: not said by the adapter, not a default number. */
export function ownSerials(serials: readonly DeviceSerial[]): readonly DeviceSerial[] {
  return serials.filter((serial) => serial.source !== 'bridge' && !isDefaultSerial(serial.text))
}

/**
 * An adapter's number that may be the disk's: it proves something when it agrees with the label and nothing when it
 * does not, because any adapter is free to have a serial number of its own.
 */
export function bridgeSerials(
  serials: readonly DeviceSerial[],
  bridge: UsbBridge | undefined,
): readonly DeviceSerial[] {
  if (hidingBridge(bridge) !== undefined) return []
  return serials.filter((serial) => serial.source === 'bridge' && !isDefaultSerial(serial.text))
}
