import { mkdirSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testDock } from '../e2e/dock.ts'
import { builtWindow } from './built-window.ts'
import { startChromium } from './chromium.ts'
import { OperatorWindow } from './operator-window.ts'
import { startStation } from './station-process.ts'

const TRACKING = '1Z84W5E70341829916'
const SERIALS = Array.from({ length: 10 }, (_, at) => `WX32DA0K4T${at}N`)

let browser: Browser
beforeAll(async () => {
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

test('a clean package of ten drives takes eleven scans and nothing else', async () => {
  // Given a customer who announced ten drives.
  const dock = testDock()
  mkdirSync(dock.data)
  dock.configure({})
  await dock.order({ name: 'larkfield-07', drives: SERIALS.map((driveId) => ({ driveId })) })
  const station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('10 drives on their way')

  // When the box and its drives are scanned as they come to hand.
  expect(await window.scan(TRACKING)).toMatchObject({ word: 'Box opened', next: 'Scan the first drive.' })
  for (const [at, serial] of SERIALS.entries()) {
    const last = at === SERIALS.length - 1
    expect(await window.scan(serial)).toMatchObject({
      word: 'Received',
      put: expect.stringContaining('Tray A'),
      next: last ? 'Scan the next box.' : 'Scan the next drive.',
    })
  }

  // Then the box is closed and the job waits for bays, without a click or a key beyond the scans.
  expect(await window.hands()).toEqual({ keys: window.scanner.keys, clicks: 0 })
  await expect
    .poll(async () => (await dock.job('larkfield-07')).properties.state, { timeout: 15_000 })
    .toBe('Received')
  expect(window.complaints).toEqual([])
})

test('whoever does what the screen says next finishes a package of nine right drives, one missing, one extra', async () => {
  // Given a box that holds nine of the ten announced drives and one that nobody announced, in any order.
  const dock = testDock()
  mkdirSync(dock.data)
  dock.configure({})
  await dock.order({ name: 'larkfield-08', drives: SERIALS.map((driveId) => ({ driveId })) })
  const station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('10 drives on their way')
  const inBox = [...SERIALS.slice(5), 'ZA1B2C3D4E', ...SERIALS.slice(0, 4)]
  const places = new Map<string, number>()

  // When somebody who knows nothing does what is on the screen: what comes next, or, with empty hands, a command it shows.
  let boxes = 1
  const steps: string[] = []
  for (let next = await nextStep(window); steps.length < 20; next = await nextStep(window)) {
    steps.push(next)
    if (/tracking number/.test(next) || (/next box/.test(next) && boxes > 0)) {
      boxes--
      await window.scan(TRACKING)
    } else if (/first drive|next drive/.test(next)) {
      const drive = inBox.shift()
      if (drive !== undefined) {
        const { put } = await window.scan(drive)
        const place = /Tray [A-Z]|Extra shelf|Hold shelf/.exec(put)?.[0] ?? `nowhere: ${put}`
        places.set(place, (places.get(place) ?? 0) + 1)
      } else await window.scan(await commandBeside(window, /^Finish/))
    } else break
  }

  // Then everything lies where it belongs, and the service knows which drive never came.
  expect(steps.at(-1)).toBe('Scan the next box.')
  expect(await window.stage()).toMatchObject({ word: 'Box short', code: 'arrival-closed' })
  expect(Object.fromEntries(places)).toEqual({ 'Tray A': 9, 'Extra shelf': 1 })
  expect(inBox).toEqual([])
  expect(await window.hands()).toEqual({ keys: window.scanner.keys, clicks: 0 })
  await expect
    .poll(
      async () => {
        const { state, driveList } = (await dock.job('larkfield-08')).properties
        return {
          state,
          missing: driveList.filter((drive) => drive.state === 'NeverReceived').map((d) => d.driveId),
        }
      },
      { timeout: 15_000 },
    )
    .toEqual({ state: 'Received', missing: [SERIALS[4]] })
})

/** The one sentence that says what to do. */
async function nextStep(window: OperatorWindow): Promise<string> {
  const idle = window.page.locator('.idle h2')
  return (await idle.count()) > 0 ? idle.innerText() : (await window.stage()).next
}

/** A command that stands on the screen under its word, as on the printed sheet. */
async function commandBeside(window: OperatorWindow, word: RegExp): Promise<string> {
  const button = window.page.locator('button', {
    has: window.page.locator('.button-word', { hasText: word }),
  })
  return button.locator('.command').innerText()
}
