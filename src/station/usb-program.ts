/** Entry of the process that listens to USB (see `ports/process-host.ts`). It ends with its engine. */
import process from 'node:process'
import { listenToUsb, type UsbSaid } from '../drives/usb/usb-listener.ts'

function tell(said: UsbSaid): void {
  // The channel closes when the engine dies; the process is about to end then.
  if (process.connected) process.send?.(said)
}

function fail(error: unknown): void {
  tell({ type: 'failed', detail: error instanceof Error ? error.message : String(error) })
  // The word first, then the end.
  process.exitCode = 1
  if (process.connected) process.disconnect()
}

process.on('disconnect', () => process.exit())
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
listenToUsb(tell).catch(fail)
