import { describe, expect, test } from 'vitest'
import type { HostedProcess, ProcessHost } from '../../src/ports/process-host.ts'

type Exit = { readonly code: number | null; readonly signal: string | null }

/** One process, with everything it said and how it ended. */
function started(host: ProcessHost) {
  const messages: unknown[] = []
  const exits: Exit[] = []
  let tellExit: (exit: Exit) => void = () => undefined
  const exit = new Promise<Exit>((resolve) => {
    tellExit = resolve
  })
  const outcome = host.start('copy', {
    label: 'a test',
    onMessage: (message) => void messages.push(message),
    onExit: (how) => {
      exits.push(how)
      tellExit(how)
    },
  })
  if (!outcome.ok) throw new Error(outcome.failure.sentence)
  const process: HostedProcess = outcome.value
  return { process, messages, exits, exit }
}

/** An order that a copying process can only turn down. */
const ORDER_WITHOUT_STORAGE = {
  type: 'start',
  direction: 'import',
  storage: 'nowhere:at-all',
  order: {
    copyId: 'a-copy',
    job: 'larkfield',
    driveId: 'QZ71M0042',
    root: '/nonexistent',
    manifestPath: '\\DriveManifest.xml',
    manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
    logLevel: 'Error',
    diagnosticsPath: 'waimportexport',
    backupDriveManifest: false,
    proof: 'manifest',
  },
} as const

/** What every host of processes does, whatever it starts them with. */
export function processHostSuite(name: string, make: () => ProcessHost): void {
  describe(`${name} as a host of processes`, () => {
    test('a program takes its order, answers, and its end is told once, after its last word', async () => {
      const { process, messages, exits, exit } = started(make())
      process.send(ORDER_WITHOUT_STORAGE)
      expect(await exit).toEqual({ code: 0, signal: null })
      expect(messages).toMatchObject([{ type: 'not-started', code: 'storage-url-invalid' }])
      expect(exits).toHaveLength(1)
    })

    test('a program that is given nonsense ends with a failure and takes nobody with it', async () => {
      const { process, messages, exit } = started(make())
      process.send({ type: 'dance' })
      expect(await exit).toEqual({ code: 1, signal: null })
      expect(messages).toEqual([])
    })

    test('a program that is killed says no more, and sending to it is harmless', async () => {
      const { process, messages, exits, exit } = started(make())
      process.kill()
      expect(await exit).toEqual({ code: null, signal: 'SIGKILL' })
      process.send(ORDER_WITHOUT_STORAGE)
      process.kill()
      await new Promise((resolve) => setImmediate(resolve))
      expect(messages).toEqual([])
      expect(exits).toHaveLength(1)
    })

    test('two programs know nothing of each other', async () => {
      const host = make()
      const [first, second] = [started(host), started(host)]
      expect(first.process.pid).not.toBe(second.process.pid)
      first.process.kill()
      await first.exit
      second.process.send(ORDER_WITHOUT_STORAGE)
      expect(await second.exit).toEqual({ code: 0, signal: null })
    })
  })
}
