/**
 * A scanner that types, in a real browser: strokes go through the browser's own input. Where times decide, the page's clock
 * stands still and is moved by the test, so that a busy test machine changes nothing.
 */
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { eventually, type OpenWindow, openHouse, openWindow, type WindowHouse } from './open-window.ts'

let house: WindowHouse
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Bench {
  readonly engine: FakeEngine
  readonly window: OpenWindow
  readonly page: Page
  readonly heard: () => string[]
}

async function openBench(clock: 'still' | 'real', at = ''): Promise<Bench> {
  const engine = createFakeEngine()
  const window = await openWindow(house, engine, { at, clock })
  return { engine, window, page: window.page, heard: () => engine.submissions.map(({ text }) => text) }
}

/** A field with the focus: "Type a code". Returns how to read it. */
async function openField(page: Page): Promise<() => Promise<string>> {
  await page.click('text=Type a code')
  await page.waitForSelector('input:focus')
  return () => page.inputValue('input')
}

/** Strokes `gapMs` apart, while the clock stands. */
async function strike(page: Page, keys: readonly string[], gapMs: number): Promise<void> {
  for (const [at, key] of keys.entries()) {
    if (at > 0) await page.clock.runFor(gapMs)
    await page.keyboard.press(key)
  }
}

const scan = (
  page: Page,
  text: string,
  { gapMs = 2, end = ['Enter'] }: { gapMs?: number; end?: string[] } = {},
) => strike(page, [...text, ...end], gapMs)

/** As slow as people are, or slower; then a moment in which nothing comes. */
async function type(page: Page, text: string): Promise<void> {
  await page.clock.runFor(200)
  await strike(
    page,
    [...text].map((key) => (key === ' ' ? 'Space' : key)),
    90,
  )
  await page.clock.runFor(200)
}

const RATE = 50
const SECONDS = 5

/** All strokes of a code at once, each bearing its own time: a busy test machine delays strokes, a scanner does not. */
async function send(wire: CDPSession, text: string): Promise<void> {
  const GAP_MS = 2
  const fromS = Date.now() / 1000 - ((text.length + 1) * GAP_MS) / 1000
  const strokes = [...text, 'Enter'].flatMap((key, at) => {
    const stroke = { key, timestamp: fromS + (at * GAP_MS) / 1000 }
    const down = key === 'Enter' ? { text: '\r', code: key, windowsVirtualKeyCode: 13 } : { text: key }
    return [
      wire.send('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke, ...down }),
      wire.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
    ]
  })
  await Promise.all(strokes)
}

describe('a burst of scans', () => {
  it('fifty a second for five seconds, first into nothing, then into a field: none lost, merged, doubled or typed', async () => {
    const { page, heard, window } = await openBench('real')
    const wire = await page.context().newCDPSession(page)
    const texts = Array.from({ length: RATE * SECONDS }, (_, at) => `ZR${String(at).padStart(5, '0')}`)
    let value = async () => ''
    const started = Date.now()
    const sent: Promise<void>[] = []
    for (const [at, text] of texts.entries()) {
      if (at === texts.length / 2) value = await openField(page)
      await new Promise((go) => setTimeout(go, Math.max(0, started + (at * 1000) / RATE - Date.now())))
      // The next code does not wait for the page.
      sent.push(send(wire, text))
    }
    await Promise.all(sent)
    await eventually(() => heard().length).toBeGreaterThanOrEqual(texts.length)
    expect(heard()).toEqual(texts)
    expect(await value()).toBe('')
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('without an end key, with the silence such a scanner leaves, into a field: likewise', async () => {
    const { page, heard, window } = await openBench('still')
    const value = await openField(page)
    const texts = Array.from({ length: 12 }, (_, at) => `ZR${String(at).padStart(5, '0')}`)
    for (const text of texts) {
      await scan(page, text, { end: [] })
      await page.clock.runFor(50)
    }
    await page.clock.runFor(200)
    await eventually(heard).toEqual(texts)
    expect(await value()).toBe('')
    await window.close()
  })
})

describe('a scan', () => {
  it.each([0, 1, 5, 35])(
    'with %i ms between its keys is heard on every room, whatever has the focus',
    async (gapMs) => {
      const { page, heard, window } = await openBench('still')
      const rooms = ['bays', 'ship-back', 'cases', 'jobs', 'station', 'receive']
      for (const [at, room] of rooms.entries()) {
        await page.click(`a[href="#/${room}"]`)
        await page.clock.runFor(500)
        await scan(page, `ZR5A1N7${at}`, { gapMs })
        await page.waitForSelector(`.stage-received:has-text("1N7${at}")`)
        // The screen follows the scanner.
        expect(await page.evaluate('location.hash')).toBe('#/receive')
      }
      expect(heard()).toEqual(rooms.map((_, at) => `ZR5A1N7${at}`))
      await window.close()
    },
  )

  it('ended by Tab does not move the focus; ended by Enter it presses nothing', async () => {
    const { page, engine, heard, window } = await openBench('still', '#/station')
    await page.focus('button:has-text("Print a test label")')
    await scan(page, 'ZR5A0X4P')
    await eventually(heard).toEqual(['ZR5A0X4P'])
    expect(engine.calls).toEqual([])
    const value = await openField(page)
    await page.clock.runFor(500)
    await scan(page, 'ZR5A0X4Q', { end: ['Tab'] })
    await eventually(heard).toContain('ZR5A0X4Q')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT')
    expect(await value()).toBe('')
    await window.close()
  })

  it('with lower case, signs and foreign letters arrives as it was sent', async () => {
    const { page, heard, window } = await openBench('real')
    const wire = await page.context().newCDPSession(page)
    await send(wire, '(01)0950-zz/ä]%')
    await eventually(heard).toEqual(['(01)0950-zz/ä]%'])
    await window.close()
  })

  it('is whole although the page was busy for a while in the middle of it', async () => {
    const { page, heard, window } = await openBench('real')
    await page.evaluate(`addEventListener('keydown', ({ key }) => {
      if (key !== 'A') return
      const until = performance.now() + 400
      while (performance.now() < until);
    }, true)`)
    const wire = await page.context().newCDPSession(page)
    await send(wire, 'ZR5A1N7K')
    await eventually(heard).toEqual(['ZR5A1N7K'])
    await window.close()
  })
})

describe('fingers', () => {
  it('type into the field, and Enter sends what they typed', async () => {
    const { page, heard, window } = await openBench('still')
    const value = await openField(page)
    await type(page, 'wx 32-Da')
    expect(await value()).toBe('wx 32-Da')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await type(page, '7')
    expect(await value()).toBe('wx 32-7Da')
    await page.keyboard.press('Enter')
    await eventually(heard).toEqual(['wx 32-7Da'])
    await eventually(value).toBe('')
    await window.close()
  })

  it('and a scan in between: the scan is heard, the typing stays', async () => {
    const { page, heard, window } = await openBench('still')
    const value = await openField(page)
    await type(page, 'ab')
    await scan(page, 'ZR5A1N7K')
    await type(page, 'c')
    await eventually(heard).toEqual(['ZR5A1N7K'])
    expect(await value()).toBe('abc')
    await window.close()
  })

  it('press buttons with Space and Enter, and choose with Space', async () => {
    const { page, engine, window } = await openBench('still', '#/station')
    engine.answerCalls('printer.test', { state: 'sent', where: 'the folder labels' })
    await page.focus('button:has-text("Print a test label")')
    await type(page, ' ')
    await page.waitForSelector('text=Sent to the folder labels.')
    expect(engine.calls).toEqual(['printer.test'])
    await page.keyboard.press('Enter')
    await eventually(() => engine.calls.length).toBe(2)
    await page.focus('input[value=dark]')
    await type(page, ' ')
    await page.waitForSelector('html[data-appearance=dark]')
    await window.close()
  })

  it('keep their shortcuts: Ctrl+A marks the field, nothing is scanned', async () => {
    const { page, heard, window } = await openBench('still')
    await openField(page)
    await type(page, 'abc')
    await page.keyboard.press('Control+a')
    const marked = '(() => { const f = document.activeElement; return f.selectionEnd - f.selectionStart })()'
    expect(await page.evaluate(marked)).toBe(3)
    expect(heard()).toEqual([])
    await window.close()
  })
})
