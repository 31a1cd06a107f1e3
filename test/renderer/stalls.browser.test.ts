/**
 * A scanner that types into a page whose main thread stalls in the middle of a code, in a real browser. The strokes bear
 * the time at which the scanner made them, as those of a keyboard do.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EndKey, Scanner } from '../window/scanner.ts'
import { createFakeEngine } from './fake-engine.ts'
import { eventually, openHouse, openWindow, type WindowHouse } from './open-window.ts'

let house: WindowHouse
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const CODE = 'ZR5A1N7K'
const SILENCE_MS = 450

async function openBench() {
  const engine = createFakeEngine()
  const window = await openWindow(house, engine, { clock: 'real' })
  const { page } = window
  await page.click('text=Type a code')
  await page.waitForSelector('input:focus')
  const scanner = new Scanner(await page.context().newCDPSession(page))
  const heard = () => engine.submissions.map(({ text }) => text)
  return { page, scanner, heard, value: () => page.inputValue('input'), close: window.close }
}

/** From now on the page does nothing for so long whenever the key at one of these places of a code has been handed over. */
function stallAt(page: Page, places: readonly number[], forMs: number): Promise<unknown> {
  return page.evaluate(`(() => {
    let place = 0
    globalThis.stall = { places: ${JSON.stringify(places)}, forMs: ${forMs} }
    addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') place = 0
      if (key.length > 1) return
      place = place === ${CODE.length} ? 1 : place + 1
      if (!stall.places.includes(place)) return
      const until = performance.now() + stall.forMs
      // Behind the stroke, so that timers and strokes wait for one another as they do behind any other work.
      setTimeout(() => { while (performance.now() < until); })
    }, true)
  })()`)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One code after the other. No key waits for the page. */
async function typeAll(scanner: Scanner, codes: readonly string[], end: EndKey): Promise<void> {
  for (const code of codes) {
    await scanner.type(code, end)
    if (end === 'none') await pause(SILENCE_MS)
  }
}

describe.each(['enter', 'none'] as const)('a page that stalls while a scanner types, end key: %s', (end) => {
  it.each([50, 120, 200, 400])('for %i ms at any key hears every code once and whole', async (forMs) => {
    const { page, scanner, heard, value, close } = await openBench()
    await stallAt(page, [1, 3, 4, 7, 8], forMs)
    const codes = Array.from({ length: 4 }, (_, at) => `ZR5A1N7${at}`)
    await typeAll(scanner, codes, end)
    await eventually(() => heard().length).toBeGreaterThanOrEqual(codes.length)
    await pause(SILENCE_MS)
    expect(heard()).toEqual(codes)
    expect(await value()).toBe('')
    await close()
  })

  it('again and again for 200 ms, whatever is being done, likewise', async () => {
    const { page, scanner, heard, value, close } = await openBench()
    await page.evaluate(`setInterval(() => {
      const until = performance.now() + 200
      while (performance.now() < until);
    }, 290)`)
    const codes = Array.from({ length: 12 }, (_, at) => `WX32DA0K4T${String(at).padStart(2, '0')}`)
    await typeAll(scanner, codes, end)
    await eventually(() => heard().length).toBeGreaterThanOrEqual(codes.length)
    await pause(SILENCE_MS)
    expect(heard()).toEqual(codes)
    expect(await value()).toBe('')
    await close()
  })
})

describe('strokes that reach the page long after they were made', () => {
  it('take back what was already given to the field, marked text and all', async () => {
    const { page, scanner, heard, value, close } = await openBench()
    await page.fill('input', 'kept')
    await page.evaluate(`document.activeElement.setSelectionRange(1, 3)`)
    const madeMs = Date.now()
    await scanner.typeAt('ZR', madeMs, 'none')
    await eventually(value).toBe('kZRt')
    // The machine held these back; their own times say that they were made at once.
    await scanner.typeAt('5A1N7K', madeMs + 10, 'enter')
    await eventually(heard).toEqual([CODE])
    expect(await value()).toBe('kept')
    await close()
  })

  it('complete a scan of which a part was already told', async () => {
    const { scanner, heard, value, close } = await openBench()
    const madeMs = Date.now()
    await scanner.typeAt('ZR5A', madeMs, 'none')
    await eventually(heard).toEqual(['ZR5A'])
    await scanner.typeAt('1N7K', madeMs + 20, 'enter')
    await eventually(heard).toEqual(['ZR5A', CODE])
    expect(await value()).toBe('')
    await close()
  })
})
