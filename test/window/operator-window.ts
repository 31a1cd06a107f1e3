/** What a person at the dock does with the window: scans, and reads the screen. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type EndKey, Scanner } from './scanner.ts'

/** What the stage says in large type. */
export interface StageText {
  /** The verdict's word: `Received`. */
  readonly word: string
  /** The published code under it: `received`. */
  readonly code: string
  readonly what: string
  /** Where it goes, as on the plate; empty when nothing is put down. */
  readonly put: string
  readonly next: string
}

/**
 * Counted in the page before anything of the window runs: what a person or a scanner did (scripts excluded), when Enter was
 * pressed, and answers to scans that the window has had time to show.
 */
const COUNT_HANDS = `
  globalThis.hands = { keys: 0, clicks: 0, answers: 0, entersAt: [] }
  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address)
      this.addEventListener('message', ({ data }) => {
        const { kind, answer } = JSON.parse(data)
        if (kind === 'answer' && 'verdict' in answer) setTimeout(() => hands.answers++, 50)
      })
    }
  }
  addEventListener('keydown', ({ isTrusted, key, timeStamp }) => {
    if (isTrusted) hands.keys++
    if (isTrusted && key === 'Enter') hands.entersAt.push(timeStamp)
  }, true)
  for (const kind of ['pointerdown', 'mousedown', 'click', 'touchstart'])
    addEventListener(kind, (event) => { if (event.isTrusted) hands.clicks++ }, true)
`

const READ_STAGE = `(() => {
  const stage = document.querySelector('.stage')
  if (stage === null) return null
  const text = (selector) => stage.querySelector(selector)?.textContent.replace(/\\s+/g, ' ').trim() ?? ''
  return {
    word: text('.word strong'),
    code: text('.code'),
    what: text('.what') || text('.compare'),
    put: text('.plate-put'),
    next: text('.plate-next p:last-child'),
  }
})()`

const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 15

export class OperatorWindow {
  readonly page: Page
  readonly scanner: Scanner
  /** Errors the page wrote down. A connection that is refused while the engine is away is not one. */
  readonly complaints: string[] = []

  private constructor(page: Page, scanner: Scanner) {
    this.page = page
    this.scanner = scanner
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() !== 'error' || /WebSocket connection|ERR_CONNECTION/.test(message.text())) return
      this.complaints.push(message.text())
    })
  }

  /** Opens the link of a station in a browser that was never let in. */
  static async open(browser: Browser, link: string): Promise<OperatorWindow> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    })
    return OperatorWindow.openIn(context, link)
  }

  /** Another window of the same browser. */
  static async openIn(context: BrowserContext, address: string): Promise<OperatorWindow> {
    const page = await context.newPage()
    const opened = new OperatorWindow(page, new Scanner(await context.newCDPSession(page)))
    await page.addInitScript(COUNT_HANDS)
    await page.goto(address)
    await opened.ready()
    return opened
  }

  /** Waits until the engine has told the window where things stand. */
  async ready(): Promise<void> {
    await this.page.waitForSelector('.bar-work')
  }

  /** Types a code and waits until the screen shows what it meant; fails when the window read something else. */
  async scan(code: string, end?: EndKey): Promise<StageText> {
    const before = (await this.page.evaluate('hands.answers')) as number
    await this.scanner.type(code, end)
    await this.until(`hands.answers > ${before}`, `an answer to ${code}`)
    const stage = await this.stage()
    if (!stage.what.startsWith(code)) throw new Error(`Scanned ${code}, read: ${JSON.stringify(stage)}`)
    return stage
  }

  async stage(): Promise<StageText> {
    const read = (await this.page.evaluate(READ_STAGE)) as StageText | null
    if (read === null) throw new Error('No scan is on the screen.')
    return read
  }

  /** Waits until an expression holds in the page. */
  async until(expression: string, what = expression): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while ((await this.page.evaluate(expression)) !== true) {
      if (performance.now() > end) throw new Error(`The screen never showed ${what}:\n${await this.text()}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }

  /** Waits until the page holds these words. */
  says(words: string): Promise<void> {
    return this.until(`document.body.innerText.includes(${JSON.stringify(words)})`, JSON.stringify(words))
  }

  /** Everything that can be read. */
  async text(): Promise<string> {
    return (await this.page.evaluate('document.body.innerText')) as string
  }

  async go(room: string): Promise<void> {
    await this.page.evaluate(`location.hash = '#/${room}'`)
    await this.page.waitForSelector(`.rail a[href^="#/${room}"][aria-current="page"]`)
  }

  /** What hands did in this page since it was loaded. */
  async hands(): Promise<{ readonly keys: number; readonly clicks: number }> {
    return (await this.page.evaluate('({ keys: hands.keys, clicks: hands.clicks })')) as {
      keys: number
      clicks: number
    }
  }

  close(): Promise<void> {
    return this.page.context().close()
  }
}
