/**
 * Entry of the programs of `ports/process-host.ts` under Electron: gives them the channel they have under Node
 * (`process.send`, `message`, `disconnect`), and then is the program its first argument names.
 *
 * A process of Electron's that ends by itself may take its last messages along. So a program that disconnects only says
 * that it is done, after everything else, and main ends it.
 */
import process from 'node:process'
import type { ProgramName } from '../ports/process-host.ts'
import { parentPort } from './engine-process.ts'
import { PROGRAM_DONE } from './shell-messages.ts'

const PROGRAMS: Readonly<Record<ProgramName, () => Promise<unknown>>> = {
  copy: () => import('../station/copy-program.ts'),
  usb: () => import('../station/usb-program.ts'),
}

const parent = parentPort()
const name = process.argv[2]
if (name === undefined || !Object.hasOwn(PROGRAMS, name)) throw new Error(`There is no program ${name}.`)

parent.on('message', ({ data }) => process.emit('message', data, undefined))
Object.assign(process, {
  connected: true,
  send(message: unknown) {
    parent.postMessage(message)
    return true
  },
  disconnect() {
    Object.assign(process, { connected: false })
    parent.postMessage(PROGRAM_DONE)
  },
})
await PROGRAMS[name as ProgramName]()
