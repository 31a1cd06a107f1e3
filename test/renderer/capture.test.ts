/**
 * A scanner that types, in a real browser: strokes go through the browser's own input, with the times a scanner gives them.
 */
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { eventually, type OpenWindow, openHouse, openWindow, type WindowHouse } from './open-window.ts'

let house: WindowHouse
beforeAll(async () => {
  house = await openHouse()
}, 300_000)
afterAll(() => house.close())

interface Bench {
  readonly engine: FakeEngine
  readonly window: OpenWindow
  readonly page: Page
  readonly scan: (text: string, options?: ScanOptions) => Promise<void>
  readonly heard: () => string[]
}

interface ScanOptions {
  readonly gapMs?: number
  readonly end?: 'Enter' | 'Tab' | 'none'
}

async function openBench(at = ''): Promise<Bench> {
  const engine = createFakeEngine()
  const window = await openWindow(house, engine, { at, clock: false })
  await window.page.waitForSelector('nav')
  const wire = await window.page.context().newCDPSession(window.page)
  return {
    engine,
    window,
    page: window.page,
    scan: (text, options) => scan(wire, text, options),
    heard: () => engine.submissions.map(({ text }) => text),
  }
}

/**
 * Strokes of one code as a scanner sends them. Each bears its own time, ending now: a busy test machine delays strokes, a
 * scanner does not.
 */
async function scan(
  wire: CDPSession,
  text: string,
  { gapMs = 2, end = 'Enter' }: ScanOptions = {},
): Promise<void> {
  const keys = [...text, ...(end === 'none' ? [] : [end])]
  const fromS = Date.now() / 1000 - (keys.length * gapMs) / 1000
  const sent = keys.flatMap((key, at) => {
    const stroke = { key, timestamp: fromS + (at * gapMs) / 1000 }
    const text =
      key.length === 1
        ? { text: key }
        : key === 'Enter'
          ? { text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 }
          : { code: 'Tab', windowsVirtualKeyCode: 9 }
    return [
      wire.send('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke, ...text }),
      wire.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
    ]
  })
  await Promise.all(sent)
}

/** A field with the focus: "Type a code". */
async function openField(page: Page): Promise<() => Promise<string>> {
  await page.click('text=Type a code')
  await page.waitForSelector('input:focus')
  return () => page.inputValue('input')
}

const RATE = 50
const SECONDS = 5
const codes = (count: number) => Array.from({ length: count }, (_, at) => `ZR${String(at).padStart(5, '0')}`)
const sleep = (ms: number) => new Promise((go) => setTimeout(go, ms))

describe('a burst of scans', () => {
  it('fifty a second for five seconds, first into nothing, then into a field: none lost, merged, doubled or typed', async () => {
    const { page, scan, heard, window } = await openBench()
    const texts = codes(RATE * SECONDS)
    let value = async () => ''
    const started = Date.now()
    const sent: Promise<void>[] = []
    for (const [at, text] of texts.entries()) {
      if (at === texts.length / 2) value = await openField(page)
      await sleep(Math.max(0, started + (at * 1000) / RATE - Date.now()))
      // The next code does not wait for the page.
      sent.push(scan(text))
    }
    await Promise.all(sent)
    await eventually(() => heard().length).toBeGreaterThanOrEqual(texts.length)
    expect(heard()).toEqual(texts)
    expect(await value()).toBe('')
    expect(window.complaints).toEqual([])
    await window.close()
  })

  it('without an end key, with the silence such a scanner leaves, into a field: likewise', async () => {
    const { page, scan, heard, window } = await openBench()
    const value = await openField(page)
    const texts = codes(20)
    for (const text of texts) {
      await scan(text, { end: 'none', gapMs: 1 })
      await sleep(80)
    }
    await eventually(() => heard().length).toBeGreaterThanOrEqual(texts.length)
    expect(heard()).toEqual(texts)
    expect(await value()).toBe('')
    await window.close()
  })
})

describe('a scan', () => {
  it.each(['1', '34'])(
    'with %s ms between its keys is heard on every room, whatever has the focus',
    async (gap) => {
      const { page, scan, heard, window } = await openBench()
      const rooms = ['bays', 'ship-back', 'cases', 'jobs', 'station', 'receive']
      for (const [at, room] of rooms.entries()) {
        await page.click(`a[href="#/${room}"]`)
        await scan(`ZR5A1N7${at}`, { gapMs: Number(gap) })
        // The screen follows the scanner.
        await page.waitForSelector('.stage-received')
        await eventually(() => page.evaluate(`location.hash === '#/receive'`)).toBe(true)
      }
      expect(heard()).toEqual(rooms.map((_, at) => `ZR5A1N7${at}`))
      await window.close()
    },
  )

  it('ended by Tab does not move the focus; ended by Enter it presses nothing', async () => {
    const { page, scan, heard, window } = await openBench('#/station')
    await page.focus('button:has-text("Print a test label")')
    await scan('ZR5A1N7K', { end: 'Tab' })
    await scan('ZR5A0X4P')
    await eventually(heard).toEqual(['ZR5A1N7K', 'ZR5A0X4P'])
    expect(window.complaints).toEqual([])
    const value = await openField(page)
    await page.focus('input')
    await scan('ZR5A0X4Q', { end: 'Tab' })
    await eventually(heard).toContain('ZR5A0X4Q')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT')
    expect(await value()).toBe('')
    await window.close()
  })

  it('with lower case, signs and separators arrives as it was sent', async () => {
    const { scan, heard, window } = await openBench()
    await scan('(01)0950-zz/ä]%')
    await eventually(heard).toEqual(['(01)0950-zz/ä]%'])
    await window.close()
  })
})

describe('fingers', () => {
  it('type into the field, at any speed a person has, and Enter sends what they typed', async () => {
    const { page, heard, window } = await openBench()
    const value = await openField(page)
    await page.keyboard.type('wx 32-Da', { delay: 60 })
    await eventually(value).toBe('wx 32-Da')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('7')
    await eventually(value).toBe('wx 32-7Da')
    await page.keyboard.press('Enter')
    await eventually(heard).toEqual(['wx 32-7Da'])
    expect(await value()).toBe('')
    await window.close()
  })

  it('and a scan in between: the scan is heard, the typing stays', async () => {
    const { page, scan, heard, window } = await openBench()
    const value = await openField(page)
    await page.keyboard.type('ab', { delay: 60 })
    await eventually(value).toBe('ab')
    await scan('ZR5A1N7K')
    await page.keyboard.type('c')
    await eventually(heard).toEqual(['ZR5A1N7K'])
    await eventually(value).toBe('abc')
    await window.close()
  })

  it('press buttons with Space and Enter, and choose with Space', async () => {
    const { page, engine, window } = await openBench('#/station')
    engine.answerCalls('printer.test', { state: 'sent', where: 'the folder labels' })
    await page.focus('button:has-text("Print a test label")')
    await page.keyboard.press('Space', { delay: 60 })
    await page.waitForSelector('text=Sent to the folder labels.')
    expect(engine.calls).toEqual(['printer.test'])
    await page.keyboard.press('Enter')
    await eventually(() => engine.calls.length).toBe(2)
    await page.focus('input[value=dark]')
    await page.keyboard.press('Space', { delay: 60 })
    await page.waitForSelector('html[data-appearance=dark]')
    await window.close()
  })

  it('keep their shortcuts: Ctrl+A marks the field, nothing is scanned', async () => {
    const { page, heard, window } = await openBench()
    const value = await openField(page)
    await page.keyboard.type('abc', { delay: 60 })
    await eventually(value).toBe('abc')
    await page.keyboard.press('Control+a')
    expect(
      await page.evaluate(
        `(() => { const f = document.activeElement; return f.selectionEnd - f.selectionStart })()`,
      ),
    ).toBe(3)
    expect(heard()).toEqual([])
    await window.close()
  })
})
