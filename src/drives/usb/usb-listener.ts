/**
 * The listening side of the USB doorbell, for a process of its own: the usb package ends the process it runs in where the
 * system has no USB (no `/sys/bus/usb`), and a sick controller may hang it.
 */

/** What the process says. `rang`: something was plugged or pulled, anywhere on any USB. */
export type UsbSaid =
  | { readonly type: 'listening' }
  | { readonly type: 'rang' }
  | { readonly type: 'failed'; readonly detail: string }

/** Resolves once it listens; from then on each connect and disconnect is told. Rejects where nobody can listen. */
export async function listenToUsb(tell: (said: UsbSaid) => void): Promise<void> {
  const { usb } = await import('usb')
  usb.addEventListener('connect', () => tell({ type: 'rang' }))
  usb.addEventListener('disconnect', () => tell({ type: 'rang' }))
  // Reads the bus once: what cannot be read now will never ring.
  await usb.getDevices()
  tell({ type: 'listening' })
}
