import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE } from '../../electron/place.ts'
import { TOPICS } from '../../src/contract/screen.ts'
import { eventually } from '../host/eventually.ts'
import { UtilityWorker } from '../host/utility-worker.ts'
import { windowOver } from './page.ts'

let folder: string
const processes: UtilityWorker[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallydock-engine-'))
})
afterEach(async () => {
  for (const { worker } of processes.splice(0)) await worker.terminate()
  await rm(folder, { recursive: true, force: true })
})

function start(...args: string[]): UtilityWorker {
  const engine = new UtilityWorker(pathToFileURL(ENGINE), args)
  processes.push(engine)
  return engine
}

const said = (engine: UtilityWorker, kind: string) =>
  eventually(() => engine.messages).toContainEqual(expect.objectContaining({ kind }))

describe("the engine's process", () => {
  it('runs the real engine, shows it to a window and ends in order', async () => {
    const engine = start('--data', folder)
    const window = await windowOver(engine.handPort()).hello()
    await said(engine, 'ready')
    await window.until(() => TOPICS.every((topic) => window.told(topic).length > 0))

    const answer = await window.call('scan.submit', {
      scan: '018d3b1c-0000-7000-8000-000000000001',
      text: 'WX32DA0K4T7N',
    })
    expect(answer).toMatchObject({ kind: 'answer', answer: { verdict: 'look-up', text: 'WX32DA0K4T7N' } })
    engine.send({ kind: 'stop' })

    await window.untilClosed()
    await said(engine, 'stopped')
  })

  it('refuses a second station on the same data folder, and says so', async () => {
    await said(start('--data', folder), 'ready')

    const second = start('--data', folder)

    await said(second, 'stopped')
    expect(second.messages[0]).toMatchObject({ kind: 'refused', failure: { code: 'data-folder-in-use' } })
  })

  it('refuses options that contradict each other', async () => {
    const engine = start('--data', folder, '--practice')

    await said(engine, 'stopped')
    expect(engine.messages[0]).toMatchObject({ kind: 'refused', failure: { code: 'wrong-usage' } })
  })
})
