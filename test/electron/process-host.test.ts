import { describe, expect, it } from 'vitest'
import { PROGRAM } from '../../electron/place.ts'
import type { HostedProcess, ProcessHost } from '../../src/ports/process-host.ts'
import { eventually } from '../host/eventually.ts'
import { openShell } from './shell.ts'

const FILE = new URL('./endless-program.ts', import.meta.url).pathname

/** An engine's process host that reaches real processes through the shell. */
async function relayed() {
  const { standIn, hosts } = await openShell({
    prepare: ({ programs }) => programs.set(PROGRAM, { file: FILE }),
  })
  await eventually(() => hosts).toHaveLength(1)
  return { standIn, host: hosts[0] as ProcessHost }
}

function start(host: ProcessHost) {
  const messages: unknown[] = []
  const exits: unknown[] = []
  const outcome = host.start('copy', {
    label: 'copy of 0K4T7N',
    onMessage: (message) => messages.push(message),
    onExit: (exit) => exits.push(exit),
  })
  if (!outcome.ok) throw new Error(outcome.failure.sentence)
  return { process: outcome.value as HostedProcess, messages, exits }
}

describe('copies under the shell', () => {
  it('run in processes of their own, named, and talk with the engine both ways', async () => {
    const { standIn, host } = await relayed()
    const { process, messages, exits } = start(host)

    process.send({ order: new Map([['bytes', new Uint8Array([1, 2])]]) })
    await eventually(() => messages).toHaveLength(1)
    await eventually(() => process.pid).toBeGreaterThan(0)
    process.send('end')
    await eventually(() => exits).toHaveLength(1)

    expect(messages).toEqual([{ heard: { order: new Map([['bytes', new Uint8Array([1, 2])]]) } }])
    expect(exits).toEqual([{ code: 3, signal: null }])
    expect(standIn.processes[1]).toMatchObject({
      modulePath: PROGRAM,
      args: ['copy'],
      pid: process.pid,
      options: { serviceName: 'copy of 0K4T7N' },
    })
  })

  it('are asked to end, and are killed when they do not listen', async () => {
    const { host } = await relayed()
    const { process, messages, exits } = start(host)
    process.send('are you there')
    await eventually(() => messages).toHaveLength(1)

    process.end()
    process.send('still there')
    await eventually(() => messages).toHaveLength(2)
    process.kill()

    await eventually(() => exits).toHaveLength(1)
    process.send('nobody there')
    process.kill()
  })

  it('do not mix up their messages', async () => {
    const { host } = await relayed()
    const [one, two] = [start(host), start(host)]

    one.process.send(1)
    two.process.send(2)
    await eventually(() => [...one.messages, ...two.messages]).toHaveLength(2)

    expect([one.messages, two.messages]).toEqual([[{ heard: 1 }], [{ heard: 2 }]])
    one.process.kill()
    two.process.kill()
    await eventually(() => [...one.exits, ...two.exits]).toHaveLength(2)
  })

  it('end with the shell', async () => {
    const { standIn, host } = await relayed()
    const { process, messages } = start(host)
    process.send('are you there')
    await eventually(() => messages).toHaveLength(1)

    standIn.app.quit()
    await eventually(() => standIn.app.hasQuit).toBe(true)

    expect(standIn.processes[1]?.ended).toBe(true)
  })
})
