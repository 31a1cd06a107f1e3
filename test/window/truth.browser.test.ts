import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testDock } from '../e2e/dock.ts'
import { tallydock } from '../e2e/tallydock.ts'
import { builtWindow } from './built-window.ts'
import { startChromium } from './chromium.ts'
import { OperatorWindow } from './operator-window.ts'
import { startStation } from './station-process.ts'

const TRACKING = '1Z84W5E70341829916'
const SERIALS = ['WX32DA0K4T1N', 'WX32DA0K4T2N', 'WX32DA0K4T3N', 'WX32DA0K4T4N'] as const
const SAYS_SO_MS = 2_000

let browser: Browser
beforeAll(async () => {
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

test('the screen tells the truth through a reload, in a second window, and over the death of the engine', async () => {
  const dock = testDock()
  mkdirSync(dock.data)
  dock.configure({})
  await dock.order({ name: 'larkfield-09', drives: SERIALS.map((driveId) => ({ driveId })) })
  let station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('4 drives on their way')
  await window.scan(TRACKING)
  await window.scan(SERIALS[0])

  // A reload in the middle shows the same screen.
  const shown = await window.stage()
  expect(shown).toMatchObject({ word: 'Received', next: 'Scan the next drive.' })
  await window.page.reload()
  await window.ready()
  expect(await window.stage()).toEqual(shown)
  await window.says('3 drives to go')

  // A second window agrees, and follows the first.
  const second = await OperatorWindow.openIn(window.page.context(), new URL('/', station.link).href)
  expect(await second.stage()).toEqual(shown)
  await window.scan(SERIALS[1])
  await second.says('2 drives to go')
  expect(await second.stage()).toEqual(await window.stage())
  await second.page.close()

  // The engine dies: the window says so, keeps what is scanned and does not call it counted.
  await station.end('SIGKILL')
  const dead = performance.now()
  await window.says('The engine is away.')
  expect(performance.now() - dead).toBeLessThan(SAYS_SO_MS)
  await window.scanner.type(SERIALS[2])
  await window.says('1 scan kept')
  await window.says('Not counted yet.')
  expect(await window.stage()).toMatchObject({
    word: 'Waiting',
    put: expect.stringContaining('Not counted yet.'),
  })

  // It starts again on the same port: the window recovers by itself and the scan is counted, once.
  station = await startStation(dock.data, station.port)
  await window.says('1 drive to go')
  expect(await window.text()).not.toContain('The engine is away.')
  expect(await window.stage()).toMatchObject({ word: 'Received', what: SERIALS[2] })
  expect(await window.scan(SERIALS[2])).toMatchObject({ code: 'already-received' })
  const { out } = await tallydock(['ledger', 'export', '--data', dock.data])
  const read = out.split('\n').filter((line) => line.includes('scan-read') && line.includes(SERIALS[2]))
  expect(read).toHaveLength(2)
  expect(window.complaints).toEqual([])
})
