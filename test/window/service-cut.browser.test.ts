import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testDock } from '../e2e/dock.ts'
import { result } from '../e2e/tallydock.ts'
import { builtWindow } from './built-window.ts'
import { startChromium } from './chromium.ts'
import { OperatorWindow } from './operator-window.ts'
import { startServiceProcess, Wire } from './service-process.ts'
import { startStation } from './station-process.ts'

const TRACKING = '1Z84W5E70341829916'
const SERIALS = ['WX32DA0K4T1N', 'WX32DA0K4T2N'] as const
const SAYS_SO_MS = 2_000

let browser: Browser
beforeAll(async () => {
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

test('the wire to the service is cut: the screen says so within two seconds, work goes on, and all is sent when it is back', async () => {
  // Given a service of its own, a job of two drives there, and a station that reaches it over a wire.
  const office = testDock()
  mkdirSync(office.data)
  await office.order({ name: 'larkfield-12', drives: SERIALS.map((driveId) => ({ driveId })) })
  const { token } = await result<{ readonly token: string }>([
    ...['token', 'create', '--role', 'station', '--name', 'dock-1', '--data', office.data],
  ])
  const service = await startServiceProcess(office.data)
  onTestFinished(() => service.end())
  const wire = new Wire(service.port)
  onTestFinished(() => wire.close())
  const dock = testDock()
  mkdirSync(dock.data)
  dock.configure({ service: { url: `https://127.0.0.1:${await wire.open()}`, ca: service.ca } })
  const station = await startStation(dock.data, 0, { TALLYDOCK_TOKEN: token })
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('2 drives on their way')
  await window.scan(TRACKING)
  await window.scan(SERIALS[0])
  await window.go('station')
  await window.says('Connected')
  await window.says('0 unsent')

  // When the wire is cut.
  wire.cut()
  const gone = performance.now()
  await window.says('Out of reach')
  expect(performance.now() - gone).toBeLessThan(SAYS_SO_MS)

  // Then receiving goes on, and what is not sent is counted.
  expect(await window.scan(SERIALS[1])).toMatchObject({ word: 'Received' })
  await window.until(`/[1-9]\\d* unsent/.test(document.querySelector('.bar').innerText)`)

  // When it is mended, the screen and the service catch up by themselves.
  wire.mend()
  await window.go('station')
  await window.says('Connected')
  await window.says('0 unsent')
  expect((await office.job('larkfield-12')).properties).toMatchObject({
    state: 'Received',
    driveList: [{ state: 'Received' }, { state: 'Received' }],
  })
  expect(window.complaints).toEqual([])
})
