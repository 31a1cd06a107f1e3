/** What the window does: says when the engine is away, shows and sounds each verdict, works by keyboard alone. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFakeEngine } from './fake-engine.ts'
import { eventually, openHouse, openWindow, type WindowHouse } from './open-window.ts'
import { rack } from './room-states.ts'
import { calmStation, emptyReceive, NOW, openArrival, received, receiving, shown } from './states.ts'

let house: WindowHouse
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const REAL_CLOCK = { clock: 'real' } as const

/** A scan without a scanner: typed and sent. */
async function submit(page: Page, text: string): Promise<void> {
  if ((await page.locator('input').count()) === 0) await page.click('text=Type a code')
  await page.fill('input', text)
  await page.click('text=Send')
}

describe('an engine that goes away', () => {
  it('is said within two seconds on the room one is in, and the window recovers by itself', async () => {
    const engine = createFakeEngine()
    engine.tell('bays', rack)
    const { page, wire, close } = await openWindow(house, engine, { at: '#/bays', ...REAL_CLOCK })
    await page.waitForSelector('text=Whose is it?')
    wire.on = false
    const gone = Date.now()
    await wire.cut()
    await page.waitForSelector('text=The engine is away.', { timeout: 10_000 })
    // What is measured is the page's own second, not how busy the test machine is; two and a half leave room for both.
    expect(Date.now() - gone).toBeLessThan(2_500)
    expect(await page.textContent('[role=alert]')).toMatch(/Last heard \d\d:\d\d:\d\d/)
    expect(await page.isVisible('text=Whose is it?')).toBe(true)
    wire.on = true
    await eventually(() => page.evaluate(`document.querySelector('[role=alert]').textContent === ''`)).toBe(
      true,
    )
    await close()
  })

  it('leaves the stage without an old verdict: a scan waits, is said to wait, and is sent once when it is back', async () => {
    const engine = createFakeEngine()
    const { page, wire, close } = await openWindow(house, engine, REAL_CLOCK)
    engine.tell('receive', receiving(received))
    await page.waitForSelector('.stage-received')
    wire.on = false
    await wire.cut()
    await submit(page, 'ZR5A1N7K')
    await page.waitForSelector('.stage-waiting')
    expect(await page.textContent('.stage')).toContain('Not counted yet.')
    await page.waitForSelector('text=1 scan kept')
    await page.screenshot({ path: 'test-artifacts/screens/engine-away.png' })
    wire.on = true
    await page.waitForSelector('.stage-received')
    expect(engine.submissions.map(({ text }) => text)).toEqual(['ZR5A1N7K'])
    await close()
  })

  it('does not take a scan with it when the page is loaded anew', async () => {
    const engine = createFakeEngine()
    engine.answerScans(() => 'silence')
    const { page, close } = await openWindow(house, engine, REAL_CLOCK)
    await submit(page, 'ZR5A1N7K')
    await eventually(() => engine.submissions.length).toBe(1)
    await page.reload()
    await eventually(() => engine.submissions.length).toBe(2)
    const [first, second] = engine.submissions
    expect(second).toEqual(first)
    await close()
  })

  it('that cannot take a scan says why; nothing looks counted', async () => {
    const engine = createFakeEngine()
    engine.answerScans(() => ({ code: 'disk-full', sentence: 'The disk is full. Free some space.' }))
    const { page, close } = await openWindow(house, engine, REAL_CLOCK)
    await submit(page, 'ZR5A1N7K')
    await page.waitForSelector('.stage-stop')
    expect(await page.textContent('.stage')).toContain('The disk is full. Free some space.')
    await close()
  })
})

describe('two equal verdicts', () => {
  it('are seen and heard as two: the shape arrives anew, the sound starts anew and cuts the old one', async () => {
    const engine = createFakeEngine()
    const { page, close } = await openWindow(house, engine, REAL_CLOCK)
    await page.evaluate(`
      window.heard = []
      window.arrivals = 0
      addEventListener('animationstart', () => window.arrivals++, true)
      const start = OscillatorNode.prototype.start
      OscillatorNode.prototype.start = function (at) { window.heard.push(this.frequency.value); return start.call(this, at) }
      const set = AudioParam.prototype.setTargetAtTime
      window.cuts = 0
      AudioParam.prototype.setTargetAtTime = function (...all) { window.cuts++; return set.apply(this, all) }`)
    engine.tell('receive', { ...emptyReceive, last: shown({ drive: 'ZR5A1N7K' }) })
    await eventually(() => page.evaluate('window.arrivals === 1')).toBe(true)
    engine.tell('receive', { ...emptyReceive, last: shown({ drive: 'ZR5A1N7K' }) })
    await eventually(() => page.evaluate('window.arrivals === 2')).toBe(true)
    expect(await page.evaluate('window.heard')).toEqual([880, 1320, 880, 1320])
    expect(await page.evaluate('window.cuts')).toBe(1)
    engine.tell('station', { ...calmStation, practice: true })
    engine.tell('receive', { ...emptyReceive, last: shown({ verdict: 'refused' }) })
    await eventually(() => page.evaluate('window.heard.length === 5')).toBe(true)
    expect(await page.evaluate('window.heard.at(-1)')).toBe(440)
    await close()
  })

  it('are told once when the same state is told again, and an old one is not sounded at the start', async () => {
    const engine = createFakeEngine()
    const last = shown()
    engine.tell('receive', { ...emptyReceive, last })
    const { page, wire, close } = await openWindow(house, engine, { at: '#/cases', ...REAL_CLOCK })
    await page.waitForSelector('text=No case is open')
    await wire.cut()
    engine.tell('receive', { ...emptyReceive, last, expected: { jobs: 1, drives: 1 } })
    engine.tell('station', { ...calmStation, unsent: 77 })
    await page.waitForSelector('text=77 unsent')
    expect(await page.evaluate('location.hash')).toBe('#/cases')
    await close()
  })
})

describe('texts from outside', () => {
  it('cannot turn the screen round, hide themselves or become markup', async () => {
    const engine = createFakeEngine()
    const { page, complaints, close } = await openWindow(house, engine, REAL_CLOCK)
    const drive = 'AB\u202e12\u0000<b>7H3E'
    const arrival = openArrival()
    const [tray] = arrival.trays
    if (tray === undefined) throw new Error('The arrival has no tray.')
    engine.tell('receive', {
      ...receiving(shown({ drive, text: drive }), {
        ...arrival,
        carrier: '\u202eSPU',
        trays: [
          {
            ...tray,
            job: 'עבודה-07',
            tiles: [{ drive: 'אבגד1234', state: 'Received', mark: 'received', now: true }],
          },
        ],
      }),
    })
    await page.waitForSelector('.stage-received')
    expect(await page.innerText('.stage .serial')).toBe('AB\ufffd12\ufffd<b>7H3E')
    expect(await page.textContent('.arrival h2')).toContain('\ufffdSPU')
    const order = await page.evaluate(`(() => {
      const serial = document.querySelector('.tile .serial')
      const text = serial.querySelector('b').firstChild
      const left = (at) => { const r = document.createRange(); r.setStart(text, at); r.setEnd(text, at + 1); return r.getBoundingClientRect().left }
      return [0, 1, 2, 3].map(left)
    })()`)
    expect(order).toEqual([...(order as number[])].sort((a, b) => a - b))
    expect(complaints).toEqual([])
    await close()
  })

  it('of a sentence this window has no words for show its name, never nothing', async () => {
    const engine = createFakeEngine()
    const { page, close } = await openWindow(house, engine, REAL_CLOCK)
    engine.tell('receive', {
      ...emptyReceive,
      last: shown({
        verdict: 'held',
        say: { name: 'held-for-tomorrow', facts: {} },
        next: { name: 'do-tomorrow', facts: {} },
      }),
    })
    await page.waitForSelector('text=held-for-tomorrow')
    expect(await page.textContent('.plate')).toContain('do-tomorrow')
    await close()
  })
})

describe('by keyboard alone', () => {
  it('every room is reached, the focus is seen, and a command is given', async () => {
    const engine = createFakeEngine()
    const { page, close } = await openWindow(house, engine, REAL_CLOCK)
    engine.tell('receive', receiving(received))
    await page.waitForSelector('.stage-received')
    for (const room of ['Receive', 'Bays', 'Ship back', 'Cases', 'Jobs', 'Journal', 'Station']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toContain(room)
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('4px')
      await page.keyboard.press('Enter')
      await page.waitForSelector(`h1:has-text("${room}")`)
    }
    await page.click('a[href="#/receive"]')
    const reach = async (words: string) => {
      for (let tabs = 0; tabs < 40; tabs++) {
        await page.keyboard.press('Tab')
        if (String(await page.evaluate('document.activeElement.textContent')).includes(words)) return
      }
      throw new Error(`"${words}" is not reached by Tab.`)
    }
    await reach('Finish short')
    await page.keyboard.press('Enter')
    await eventually(() => engine.submissions.at(-1)?.text).toBe('TD-FINISH')
    engine.tell('receive', receiving(received))
    await reach('Undo')
    await page.keyboard.press('Enter')
    await eventually(() => engine.submissions.at(-1)?.text).toBe('TD-UNDO')
    await close()
  })
})

describe('light and dark', () => {
  it('follow the system until a person chooses, and the choice is kept', async () => {
    const { page, close } = await openWindow(house, createFakeEngine(), {
      at: '#/station',
      colorScheme: 'dark',
      ...REAL_CLOCK,
    })
    await page.waitForSelector('text=Light or dark')
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await ground()).toBe('rgb(10, 16, 19)')
    await page.click('label:has(input[value=light])')
    await eventually(ground).toBe('rgb(233, 237, 238)')
    await page.reload()
    await page.waitForSelector('text=Light or dark')
    expect(await ground()).toBe('rgb(233, 237, 238)')
    await close()
  })
})

describe('still pictures', () => {
  it('stay still for people who want less motion; others see the shape arrive', async () => {
    const engine = createFakeEngine()
    for (const [motion, name] of [
      ['reduce', 'none'],
      ['no-preference', 'arrive'],
    ] as const) {
      const { page, close } = await openWindow(house, engine, { reducedMotion: motion, ...REAL_CLOCK })
      engine.tell('receive', { ...emptyReceive, last: shown() })
      await page.waitForSelector('.stage-received')
      expect(
        await page.evaluate(`getComputedStyle(document.querySelector('.word-shape')).animationName`),
      ).toBe(name)
      await close()
    }
  })
})

describe('under Electron', () => {
  it('the window speaks over the port it is handed, and over the next one when the engine starts anew', async () => {
    const context = await house.browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(`
      window.tallydock = {}
      window.got = []
      window.handOver = (engine) => {
        const { port1, port2 } = new MessageChannel()
        port2.onmessage = ({ data }) => {
          window.got.push(data)
          if (data.kind !== 'hello') return
          port2.postMessage({ kind: 'welcome', version: 1, engine, at: 1 })
          port2.postMessage({ kind: 'topic', topic: 'station', revision: 1, state: { ...${JSON.stringify(calmStation)}, person: engine } })
        }
        window.postMessage('tallydock.port', '*', [port1])
      }
      addEventListener('load', () => window.handOver('first engine'))`)
    await page.goto(house.address)
    await page.waitForSelector('text=first engine')
    await submit(page, 'ZR5A1N7K')
    await eventually(() => page.evaluate('window.got.length === 2')).toBe(true)
    const [, first] = (await page.evaluate('window.got')) as { args?: unknown }[]
    await page.evaluate(`window.handOver('second engine')`)
    await page.waitForSelector('text=second engine')
    await eventually(() => page.evaluate('window.got.length === 4')).toBe(true)
    const again = (await page.evaluate('window.got')) as { kind: string; args?: unknown }[]
    expect(again.map(({ kind }) => kind)).toEqual(['hello', 'call', 'hello', 'call'])
    expect(again[3]?.args).toEqual(first?.args)
    await context.close()
  })
})

describe('a big box', () => {
  it('of three jobs with ten drives each shows every drive, and scrolls to the one that was scanned', async () => {
    const engine = createFakeEngine()
    const { page, close } = await openWindow(house, engine, { reducedMotion: 'reduce' })
    const serial = (tray: number, drive: number) => `WX32DA${tray}${drive}${(NOW % 997) + drive}K${drive}T7`
    const trays = ['A', 'B', 'C'].map((letter, tray) => ({
      letter,
      job: `larkfield-scans-0${tray}`,
      state: 'Shipping' as const,
      count: { received: 5, expected: 10 },
      tiles: Array.from({ length: 10 }, (_, drive) => ({
        drive: serial(tray, drive),
        state: 'Received' as const,
        mark: drive < 5 ? ('received' as const) : ('waiting' as const),
        now: tray === 2 && drive === 9,
      })),
    }))
    const arrival = { ...openArrival(), trays, count: { received: 15, expected: 30 } }
    engine.tell('receive', receiving(received, arrival))
    await page.waitForSelector('.tile-now')
    expect(await page.locator('.tile').count()).toBe(30)
    const seen = await page.evaluate(`(() => {
      const tile = document.querySelector('.tile-now').getBoundingClientRect()
      const list = document.querySelector('.trays').getBoundingClientRect()
      return tile.bottom <= list.bottom + 1 && tile.top >= list.top - 1
    })()`)
    expect(seen).toBe(true)
    await page.screenshot({ path: 'test-artifacts/screens/receive-big-box.png' })
    await close()
  })
})
