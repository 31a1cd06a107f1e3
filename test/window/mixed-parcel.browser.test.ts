/**
 * A mixed package from the box to its way home by somebody who knows nothing but what the screen says: two right drives, one
 * of them with a spoilt file, one that never came, one that nobody announced. Whoever has nothing to do looks round the rooms.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { testDock } from '../e2e/dock.ts'
import { builtWindow } from './built-window.ts'
import { startChromium } from './chromium.ts'
import { OperatorWindow } from './operator-window.ts'
import { startStation } from './station-process.ts'
import { customerDrive, VirtualSlots } from './virtual-drive.ts'

const TRACKING = '1Z84W5E70341829916'
const CARRIER_NUMBER = '1Z999AA10123456784'
const [CLEAN, SPOILT, MISSING, EXTRA] = [
  'WX32DA0K4T7N',
  'WX32DA0K4T8N',
  'WX32DA0K4T9N',
  'ZA1B2C3D4E',
] as const

let browser: Browser
beforeAll(async () => {
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

/** What the hands hold, and where they may put it. */
interface Dock {
  readonly window: OperatorWindow
  readonly boxes: string[]
  readonly inBox: string[]
  /** Plugs the drive in hand into the bay it was scanned for. */
  readonly plug: (drive: string, bay: string) => void
  /** Takes out what is in a bay; answers it. */
  readonly takeOut: (bay: string) => string
  /** Taken out of bays, not packed yet. */
  readonly taken: string[]
}

test('whoever does what the screen says next takes a mixed package from its box to its way home', async () => {
  const dock = testDock()
  mkdirSync(dock.data)
  const slots = new VirtualSlots(dock.folder)
  const files = { 'survey-1.bin': Buffer.alloc(800_000, 'b'), 'survey-2.bin': Buffer.alloc(800_000, 'c') }
  const folders = new Map<string, string>()
  const listed: object[] = []
  for (const serial of [CLEAN, SPOILT]) {
    const drive = await customerDrive({ folder: dock.folder, serial }, files)
    folders.set(serial, drive.folder)
    listed.push(drive.listed)
  }
  spoil(join(folders.get(SPOILT) ?? '', 'surveys', 'survey-1.bin'))
  dock.configure({ virtualDrives: slots.list, bays: { 'slot-1': '1', 'slot-2': '2' } })
  await dock.order({
    name: 'larkfield-13',
    drives: [...listed, { driveId: MISSING }] as { driveId: string }[],
  })
  const station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('3 drives on their way')
  const inBays = new Map<string, string>()

  const steps = await work({
    window,
    boxes: [TRACKING],
    inBox: [CLEAN, EXTRA, SPOILT],
    taken: [],
    plug(drive, bay) {
      inBays.set(bay, drive)
      slots.plug(`slot-${bay}`, drive, folders.get(drive) ?? '')
    },
    takeOut(bay) {
      const drive = inBays.get(bay)
      if (drive === undefined) throw new Error(`Nothing is in bay ${bay}.`)
      inBays.delete(bay)
      slots.unplug(`slot-${bay}`)
      return drive
    },
  })

  expect(steps.at(-1)).toBe('nothing is left to do')
  await expect
    .poll(async () => (await dock.job('larkfield-13')).properties, { timeout: 30_000 })
    .toMatchObject({
      state: 'Closed',
      driveList: [
        { driveId: CLEAN, state: 'ShippedBack' },
        { driveId: SPOILT, state: 'ShippedBack' },
        { driveId: MISSING, state: 'NeverReceived' },
      ],
      returnPackage: { trackingNumber: CARRIER_NUMBER, driveCount: 3 },
    })
  expect(await window.hands()).toEqual({ keys: window.scanner.keys, clicks: 0 })
  expect(window.complaints).toEqual([])
})

/** Does what the screen says until no room has anything left to do; answers the steps. */
async function work(dock: Dock): Promise<string[]> {
  const { window } = dock
  const steps: string[] = []
  let bay = ''
  let forBay = ''
  while (steps.length < 60) {
    const next = await nextStep(window)
    steps.push(next)
    const fetch = /^Fetch (\w+) from (?:Bay (\w+)|.+)\.$/.exec(next)
    if (/^Scan (the tracking number|the next box|what comes next)/.test(next)) {
      const box = dock.boxes.shift()
      if (box !== undefined) await window.scan(box)
      else {
        const found = await lookRound(dock)
        steps.push(found.said)
        if (found.said === 'nothing is left to do') return steps
        ;[bay, forBay] = [found.bay, found.drive]
        await window.scan(found.scan)
      }
    } else if (/first drive|next drive/.test(next)) {
      const drive = dock.inBox.shift()
      await window.scan(drive ?? (await commandBeside(window, /^Finish/)))
    } else if (next === 'Scan the drive that goes in.') await window.scan(forBay)
    else if (next === 'Plug it in.') {
      dock.plug(forBay, bay)
      const found = await lookRound(dock)
      steps.push(found.said)
      ;[bay, forBay] = [found.bay, found.drive]
      await window.scan(found.scan)
    } else if (next === 'Scan a drive that goes home.') await window.scan(dock.taken.shift() ?? '')
    else if (fetch !== null) {
      const [, drive = ''] = fetch
      dock.taken.splice(0, dock.taken.length, ...dock.taken.filter((one) => one !== drive))
      await window.scan(drive)
    } else if (next === 'Put the label on the box. Scan it.') {
      await window.go('ship-back')
      await window.until(
        `(document.querySelector('.paper-number')?.innerText ?? '') !== ''`,
        "the printed label's number",
      )
      await window.scan(await window.page.locator('.paper-number').innerText())
    } else if (next === "Scan the carrier's tracking number.") await window.scan(CARRIER_NUMBER)
    else throw new Error(`Nobody knows how to do ${JSON.stringify(next)}: ${steps.join(' / ')}`)
  }
  throw new Error(`This goes in circles: ${steps.join(' / ')}`)
}

interface Found {
  readonly said: string
  readonly scan: string
  readonly bay: string
  readonly drive: string
}

/** Bays first: fills those that ask for a drive, waits for copies, takes out what is done. Then the room of the way home. */
async function lookRound(dock: Dock): Promise<Found> {
  const { window } = dock
  await window.go('bays')
  // A picture of the rack that is older than the last scan is no picture of the rack.
  await new Promise((resolve) => setTimeout(resolve, 500))
  const asks = window.page.locator('.bay-free', { hasText: 'Take a drive from' }).first()
  if ((await asks.count()) > 0) {
    const bay = await asks.locator('.bay-number').innerText()
    const drive = (await asks.locator('footer .serial').innerText()).replace(/\s/g, '')
    return { said: await asks.locator('.bay-say').innerText(), scan: `TD-BAY-${bay}`, bay, drive }
  }
  await window.until(
    `[...document.querySelectorAll('.bay:not(.bay-free) footer')].every((foot) => foot.innerText.startsWith('Take it out.'))`,
    'the end of every copy',
  )
  for (const card of await window.page.locator('.bay:not(.bay-free)').all()) {
    const bay = await card.locator('.bay-number').innerText()
    dock.taken.push(dock.takeOut(bay))
  }
  await window.go('ship-back')
  if (dock.taken.length === 0) return { said: 'nothing is left to do', scan: '', bay: '', drive: '' }
  await window.says('larkfield-13')
  const said = await window.page.locator('.ship-start p').innerText()
  const scan = /TD-[A-Z]+/.exec(said)?.[0] ?? ''
  return { said, scan, bay: '', drive: '' }
}

/** The one sentence that says what to do. */
async function nextStep(window: OperatorWindow): Promise<string> {
  await window.go('receive')
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

/** One byte is not what the manifest says. */
function spoil(path: string): void {
  const bytes = readFileSync(path)
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
