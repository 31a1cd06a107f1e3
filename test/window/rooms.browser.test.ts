/**
 * Every room with what a real engine tells it: nothing the accessibility rules object to, light and dark, and everything
 * within reach of a keyboard. Pictures go to `test-artifacts/window/`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testDock } from '../e2e/dock.ts'
import { builtWindow } from './built-window.ts'
import { startChromium } from './chromium.ts'
import { OperatorWindow } from './operator-window.ts'
import { startStation } from './station-process.ts'
import { customerDrive, VirtualSlots } from './virtual-drive.ts'

const PICTURES = join(import.meta.dirname, '../../test-artifacts/window')
const TRACKING = '1Z84W5E70341829916'
const CLEAN = 'WX32DA0K4T7N'
const SPOILT = 'WX32DA0K4T8N'
const EMPTY_HANDED = 'WX32DA0K4T9N'
const EXTRA = 'ZA1B2C3D4E'

let browser: Browser
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

test('every room is sound with real data, light and dark, and is reached and worked by keyboard alone', async () => {
  // Given a job of three drives, one of them with a file that is not what its manifest says, and one on its way.
  const dock = testDock()
  mkdirSync(dock.data)
  const slots = new VirtualSlots(dock.folder)
  const clean = await customerDrive(
    { folder: dock.folder, serial: CLEAN },
    { 'a.bin': Buffer.alloc(3_000_000, 'a') },
  )
  const spoilt = await customerDrive(
    { folder: dock.folder, serial: SPOILT },
    { 'survey-1.bin': Buffer.alloc(1_000_000, 'b'), 'survey-2.bin': Buffer.alloc(1_000_000, 'c') },
  )
  spoil(join(spoilt.folder, 'surveys', 'survey-1.bin'))
  dock.configure({ virtualDrives: slots.list, bays: { 'slot-1': '1', 'slot-2': '2', 'slot-3': '3' } })
  await dock.order({ name: 'larkfield-10', drives: [clean.listed, spoilt.listed, { driveId: EMPTY_HANDED }] })
  await dock.order({
    name: 'ostrava-scans',
    drives: [{ driveId: 'QZ71M0042' }],
    tracking: '1Z999AA10123456784',
  })
  const station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await lookAt(window, name)))

  await window.says('2 jobs, 4 drives on their way')
  await look('first-start')
  await window.scan(TRACKING)
  await window.scan(CLEAN)
  await window.scan(SPOILT)
  await look('receive')
  await window.scan(EXTRA)
  await look('receive-extra')
  await window.scan('TD-FINISH')
  await window.scan('TD-NEXT')
  for (const [bay, drive] of [
    ['1', clean],
    ['2', spoilt],
  ] as const) {
    await window.scan(`TD-BAY-${bay}`)
    await window.scan(drive.listed.driveId)
    slots.plug(`slot-${bay}`, drive.listed.driveId, drive.folder)
  }
  await window.go('bays')
  await window.until(`document.body.innerText.split('Take it out.').length === 3`, 'two copied drives')
  await look('bays')
  await window.scan('TD-PACK')
  await window.scan(CLEAN)
  await look('receive-packing')

  await window.says('Bay 2')
  slots.unplug('slot-1')

  // By keyboard alone: each room by Tab and Enter.
  for (const room of ['ship-back', 'cases', 'jobs', 'station']) {
    await tabTo(window, `.rail a[href^="#/${room}"]`)
    await window.page.keyboard.press('Enter')
    await window.page.waitForSelector(`.rail a[href^="#/${room}"][aria-current="page"]`)
    await look(room)
  }
  // A job is opened, and the log of the drive with a bad file read.
  await tabTo(window, '.rail a[href^="#/jobs"]')
  await window.page.keyboard.press('Enter')
  await tabTo(window, 'main a, main button')
  await window.page.keyboard.press('Enter')
  await window.says('What happened')
  await look('job')
  // A code typed by hand is a scan like any other.
  await tabTo(window, '.rail a[href^="#/receive"]')
  await window.page.keyboard.press('Enter')
  await typeByHand(window, EXTRA)
  await window.until(`document.querySelector('.stage .what')?.textContent.startsWith('${EXTRA}') === true`)

  expect(faults).toEqual([])
  expect(window.complaints).toEqual([])
})

/** Pictures in both looks, and what axe objects to. */
async function lookAt({ page }: OperatorWindow, name: string): Promise<string[]> {
  const faults: string[] = []
  await page.evaluate('document.fonts.ready')
  const blanks = /\{\{.*?\}\}/.exec((await page.evaluate('document.body.innerText')) as string)
  if (blanks !== null) faults.push(`${name}: ${blanks[0]} was not filled in`)
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(PICTURES, `${name}-${scheme}.png`) })
    // The contrast of a label that is not yet earned is low on purpose: it is a preview, and sealed.
    const axe = new AxeBuilder({ page }).setLegacyMode(true).exclude('.paper-locked .paper-print')
    // Only colours differ in the dark.
    const { violations } = await (scheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze()
    for (const { id, nodes } of violations)
      faults.push(`${name} ${scheme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  return faults
}

const MOST_TABS = 60

/** Presses Tab until a part that fits has the focus. */
async function tabTo({ page }: OperatorWindow, selector: string): Promise<void> {
  for (let tab = 0; tab < MOST_TABS; tab++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
  }
  throw new Error(`No Tab leads to ${selector}.`)
}

/** As fingers do: into the field for codes no scanner reads. */
async function typeByHand(window: OperatorWindow, code: string): Promise<void> {
  await tabTo(window, '.scans-head button')
  await window.page.keyboard.press('Enter')
  await window.page.waitForSelector('.type-code input:focus')
  await window.page.keyboard.type(code, { delay: 120 })
  await window.until(`document.querySelector('.type-code input').value === ${JSON.stringify(code)}`)
  await window.page.keyboard.press('Enter')
}

/** One byte is not what the manifest says. */
function spoil(path: string): void {
  const bytes = readFileSync(path)
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
