/**
 * Every room in its main states, light and dark, on both screens: nothing the accessibility rules object to, no target
 * too small for a glove, nothing cut off, no type too small to read, no complaint of the browser. Pictures go to
 * `test-artifacts/screens/`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { type OpenWindow, openHouse, openWindow, type WindowHouse } from './open-window.ts'
import { SCENES, type Scene, tellNothing } from './scenes.ts'

const PICTURES = join(import.meta.dirname, '../../test-artifacts/screens')
const COLOUR_RULES = ['color-contrast']
/** Rooms whose type grows on the dock's own screen. */
const DOCK_PICTURES = /^(receive-(received|held|misread)|first-start|bays)$/
const DOCK_SCREEN = { width: 1920, height: 1080 }

let house: WindowHouse
let engine: FakeEngine
let window: OpenWindow
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  house = await openHouse()
  engine = createFakeEngine()
  window = await openWindow(house, engine, { reducedMotion: 'reduce' })
})
afterAll(() => house.close())

/** One window for all scenes, as at a dock: each scene begins in a room that has been left and is entered again. */
async function show(scene: Scene): Promise<void> {
  const { page } = window
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${house.address}#/${scene.at.includes('station') ? 'bays' : 'station'}`)
  tellNothing(engine)
  scene.tell(engine)
  await page.goto(house.address + (scene.at || '#/receive'))
  await page.waitForSelector(scene.wait)
  if (scene.press !== undefined) await page.click(scene.press)
  await page.evaluate('document.fonts.ready')
}

/** The contrast of a label not yet earned is low on purpose: it is a preview, and sealed. */
const objections = async (page: Page, rules: readonly string[] | undefined) => {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).exclude('.paper-locked .paper-print')
  const found = await (rules === undefined ? axe : axe.withRules([...rules])).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** Everything a hand can press, smaller than 48 × 48. */
const SMALL_TARGETS = `
  [...document.querySelectorAll('button, a, input:not([type=radio]), [role=button], label:has(input)')]
    .map((part) => [part, part.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 48 || box.height < 48))
    .map(([part, box]) => part.outerHTML.slice(0, 80) + ' ' + box.width + '×' + box.height)`

/** Parts that stick out of the window or of a box that hides what sticks out. Lists may scroll; long texts may end in dots. */
const CUT_OFF = `
  [...document.querySelectorAll('#window *')].filter((part) => {
    const style = getComputedStyle(part)
    if (part.closest('.unseen') || part.clientWidth < 2 || style.overflowY === 'auto' || part.closest('svg')) return false
    if (style.textOverflow === 'ellipsis' || style.display === 'inline') return false
    const hides = style.overflowX === 'hidden' || part === document.querySelector('#window')
    return hides && (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
  }).map((part) => part.className + ' ' + part.textContent.slice(0, 60))`

const SMALL_TYPE = `
  [...document.querySelectorAll('#window *')]
    .filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((part) => !part.closest('.unseen') && parseFloat(getComputedStyle(part).fontSize) < 16)
    .filter((part) => parseFloat(getComputedStyle(part).fontSize) > 0)
    .map((part) => part.textContent.slice(0, 60))`

describe('each room', () => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    await show(scene)
    const { page, complaints } = window
    const faults: string[] = []
    for (const look of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: look, reducedMotion: 'reduce' })
      await page.screenshot({ path: join(PICTURES, `${name}-${look}.png`) })
      // Only colours differ in the dark.
      const found = await objections(page, look === 'light' ? undefined : COLOUR_RULES)
      faults.push(...found.map((fault) => `${look} ${fault}`))
    }
    const measure = async (size: string) => {
      for (const [what, code] of Object.entries({ SMALL_TARGETS, CUT_OFF, SMALL_TYPE }))
        faults.push(...((await page.evaluate(code)) as string[]).map((part) => `${size} ${what}: ${part}`))
    }
    await measure('1440')
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.setViewportSize(DOCK_SCREEN)
    if (DOCK_PICTURES.test(name)) await page.screenshot({ path: join(PICTURES, `${name}-1080p.png`) })
    await measure('1920')
    expect(faults).toEqual([])
    expect(complaints).toEqual([])
  })
})
