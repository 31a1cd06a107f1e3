import { mkdirSync, readFileSync } from 'node:fs'
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
const SERIAL = 'WX32DA0K4T7N'

let browser: Browser
beforeAll(async () => {
  await builtWindow()
  browser = await startChromium()
})
afterAll(() => browser.close())

test('a parcel goes to Completed by scans into the window', async () => {
  // Given an order for one drive with files, and a station whose bay 1 is empty.
  const dock = testDock()
  mkdirSync(dock.data)
  const slots = new VirtualSlots(dock.folder)
  const files = { 'tide.csv': 'tide;height\n1;2\n', 'large.bin': Buffer.alloc(5_000_017, 'quayside sample') }
  const drive = await customerDrive({ folder: dock.folder, serial: SERIAL }, files)
  dock.configure({ virtualDrives: slots.list, bays: { 'slot-1': '1' } })
  await dock.order({ name: 'larkfield-07', drives: [drive.listed] })
  const station = await startStation(dock.data)
  onTestFinished(() => station.end())
  const window = await OperatorWindow.open(browser, station.link)
  onTestFinished(() => window.close())
  await window.says('1 drive on their way')

  // The package comes in: one code with an Enter, one without.
  expect(await window.scan(TRACKING)).toMatchObject({ word: 'Box opened', code: 'arrival-opened' })
  expect(await window.scan(SERIAL, 'none')).toMatchObject({
    word: 'Received',
    code: 'received',
    put: expect.stringContaining('Tray A'),
  })

  // A scan into a field that has the focus is a scan all the same, and nothing of it stays in the field.
  await window.page.getByRole('button', { name: 'Type a code' }).click()
  const field = window.page.getByRole('textbox')
  await field.focus()
  expect(await window.scan(SERIAL)).toMatchObject({ word: 'Already in', code: 'already-received' })
  expect(await field.inputValue()).toBe('')
  expect(await window.scan(SERIAL, 'none')).toMatchObject({ code: 'already-received' })
  expect(await field.inputValue()).toBe('')

  // The drive goes into bay 1 and is copied by itself.
  expect(await window.scan('TD-BAY-1')).toMatchObject({ word: 'OK', next: 'Scan the drive that goes in.' })
  expect(await window.scan(SERIAL)).toMatchObject({
    put: expect.stringContaining('Bay 1'),
    next: 'Plug it in.',
  })
  slots.plug('slot-1', SERIAL, drive.folder)
  await window.go('bays')
  await window.says('Take it out.')
  expect(readFileSync(join(dock.folder, 'storage/surveys/large.bin')).equals(files['large.bin'])).toBe(true)

  // It goes home: the box is packed, its label is earned, and its number stands in the room of the way home.
  expect(await window.scan('TD-PACK')).toMatchObject({ word: 'OK', next: 'Scan a drive that goes home.' })
  expect(await window.scan(SERIAL)).toMatchObject({ word: 'Label printed', code: 'label-printed' })
  await window.go('ship-back')
  const number = await window.page.locator('.paper-number').innerText()
  expect(await window.scan(number)).toMatchObject({ word: 'Box closed', code: 'return-closed' })
  expect(await window.scan(CARRIER_NUMBER)).toMatchObject({ word: 'Shipped', code: 'shipped' })

  // Window and service say the same.
  await expect
    .poll(async () => (await dock.job('larkfield-07')).properties, { timeout: 10_000 })
    .toMatchObject({
      state: 'Completed',
      percentComplete: 100,
      driveList: [{ driveId: SERIAL, state: 'ShippedBack' }],
      returnPackage: { trackingNumber: CARRIER_NUMBER, driveCount: 1 },
    })
  await window.go('jobs')
  await window.says('Completed')
  expect(window.complaints).toEqual([])
})
