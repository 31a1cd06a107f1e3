/**
 * The practice dock as a newcomer meets it: the real window, the real engine, a real browser, and nothing but the next step
 * that the screen shows. Pictures go to `test-artifacts/practice/`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StationHere, startPracticeStation } from '../../src/cli/practice-station.ts'
import { type BrowserHost, startBrowserHost } from '../../src/host/browser-host.ts'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import { startScreens } from '../../src/station/screens/start-screens.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { builtWindow } from '../window/built-window.ts'
import { startChromium } from '../window/chromium.ts'

const ROOT = join(import.meta.dirname, '../..')
const PICTURES = join(ROOT, 'test-artifacts/practice')
const world = {
  clock: systemClock,
  timers: systemTimers,
  ids: systemIds(systemClock),
  log: new FakeLog(),
  env: {},
}

let folder: string
let station: StationHere
let host: BrowserHost
let screens: ReturnType<typeof startScreens>
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  folder = mkdtempSync(join(tmpdir(), 'tallydock-practice-window-'))
  const rendererDir = await builtWindow()
  const started = await startPracticeStation(
    { ...world, dataDir: join(folder, 'data'), processes: nodeProcessHost(world.log) },
    { reset: false },
    { env: {} },
  )
  if (!started.ok) throw new Error(started.failure.sentence)
  station = started.value
  screens = startScreens({ ...world, station, practice: station.practice })
  const hosted = await startBrowserHost({ ...world, serving: { engine: screens }, port: 0, rendererDir })
  if (!hosted.ok) throw new Error(hosted.failure.sentence)
  host = hosted.value
  browser = await startChromium()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(host.link())
  await page.waitForSelector('.practice-guide')
})
afterAll(async () => {
  await browser?.close()
  await host?.stop()
  screens?.stop()
  await station?.close()
  rmSync(folder, { recursive: true, force: true })
})

const stepNow = () => page.locator('.practice-guide [role=status] b').innerText()
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) })

/** Parts that lie over the stage. */
const OVER_THE_STAGE = `(() => {
  const stage = document.querySelector('.stage, .receive > section').getBoundingClientRect()
  return [...document.querySelectorAll('.practice-guide, .practice-drawer')].filter((part) => {
    const box = part.getBoundingClientRect()
    return box.top < stage.bottom && box.bottom > stage.top && box.left < stage.right && box.right > stage.left
  }).map((part) => part.className)
})()`

const SMALL_TARGETS = `
  [...document.querySelectorAll('.practice-guide button, .practice-drawer button')]
    .map((part) => [part.textContent, part.getBoundingClientRect()])
    .filter(([, box]) => box.width < 48 || box.height < 48)
    .map(([text, box]) => text + ' ' + box.width + '×' + box.height)`

/** Parts whose content does not fit, and parts outside the window. */
const CUT_OFF = `
  [...document.querySelectorAll('.practice-guide, .practice-drawer, .practice-drawer *')].filter((part) => {
    if (part.closest('svg')) return false
    const box = part.getBoundingClientRect()
    const drawer = document.querySelector('.practice-drawer')?.getBoundingClientRect()
    const outside = part.closest('.practice-drawer') && (box.bottom > drawer.bottom + 1 || box.right > drawer.right + 1)
    return outside || box.right > innerWidth + 1 || part.scrollWidth > part.clientWidth + 1 && part.tagName === 'BUTTON'
  }).map((part) => part.className + ' ' + part.textContent.slice(0, 40))`

it('shows everything that can be scanned, and never over the stage', async () => {
  await picture('first-start')
  await page.getByRole('button', { name: 'All codes' }).click()
  await page.waitForSelector('.practice-drawer')
  for (const [width, height, name] of [
    [1440, 900, 'drawer'],
    [1920, 1080, 'drawer-1080p'],
  ] as const) {
    await page.setViewportSize({ width, height })
    await picture(name)
    expect(await page.evaluate(OVER_THE_STAGE), name).toEqual([])
    expect(await page.evaluate(SMALL_TARGETS), name).toEqual([])
    expect(await page.evaluate(CUT_OFF), name).toEqual([])
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  // A fault is two presses away: which drive, and what is wrong with it.
  await page.getByRole('button', { name: 'Faults' }).click()
  const faults = page.locator('.practice-faults button')
  await faults.filter({ hasText: '4T01' }).click()
  await page.getByRole('button', { name: 'WX32DA0K4T01: Slow' }).click()
  await page.waitForSelector('.practice-faults .button-main:has-text("Slow")')
  expect(screens.topic('practice').state.drives[0]).toMatchObject({ drive: 'WX32DA0K4T01', fault: 'slow' })
  await picture('faults')
  expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
  expect(await page.evaluate(CUT_OFF)).toEqual([])
  await page.getByRole('button', { name: 'WX32DA0K4T01: Sound' }).click()
  await page.getByRole('button', { name: /Choose another drive/ }).click()
  await page.getByRole('button', { name: 'Drives' }).click()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await picture(`drawer-${colorScheme}`)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
      [],
    )
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
})

it('takes the first package to Completed by the steps it shows', async () => {
  // The first scan comes from the drawer, the others from the guide: both are the same scanner.
  const box = page.locator('.practice-boxes button').first()
  await box.click()
  await page.waitForSelector('.stage')
  await page.getByText('Scan the drive.').waitFor()
  await picture('drawer-with-verdict')
  expect(await page.evaluate(OVER_THE_STAGE)).toEqual([])
  await page.getByRole('button', { name: 'Hide codes' }).click()

  const guide = page.locator('.practice-guide')
  const steps: string[] = []
  for (let said = ''; said !== 'Package done. Try the next box.'; ) {
    said = await stepNow()
    if (steps.at(-1) !== said) await picture(`step-${String(steps.length + 1).padStart(2, '0')}`)
    steps.push(said)
    if (steps.length > 40) throw new Error(`the guide goes in circles: ${steps.join(' ')}`)
    const hand = page.locator('.practice-guide .button-main')
    const before = await guide.innerText()
    if ((await hand.count()) > 0) await hand.click()
    else if (said === 'Package done. Try the next box.') break
    await expect.poll(() => guide.innerText(), { timeout: 30_000 }).not.toBe(before)
  }
  expect(steps).toContain('Stick the label on. Scan it.')
  const job = station.ledger.find('job', 'state', 'Completed')
  expect(job.map(({ name }) => name)).toEqual(['orchard-survey'])
  expect(complaints).toEqual([])
})
