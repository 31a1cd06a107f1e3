/**
 * 50 scans a second typed into the window while a copy runs: what was lost, merged or doubled by the ledger's account; from
 * the scanner's last key to the verdict painted; the longest task of the page. BURST_S=n in the environment measures for n
 * seconds instead of 60.
 *
 * Serials are looked up, so that every scan has a verdict of its own and changes nothing else.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { StationConfig } from '../../src/contract/config.ts'
import { result } from '../e2e/tallydock.ts'
import { builtWindow } from '../window/built-window.ts'
import { startChromium } from '../window/chromium.ts'
import { OperatorWindow } from '../window/operator-window.ts'
import { startStation } from '../window/station-process.ts'
import { customerDrive, VirtualSlots } from '../window/virtual-drive.ts'

const BURST_S = Number(process.env.BURST_S ?? 60)
const SCANS_PER_S = 50
/** As fast as the drive gives bytes, so that its copy is under way when the burst ends. */
const COPY_MB_PER_S = 20
/** Before the burst begins, and behind it. */
const AROUND_S = 20
const TRACKING = '1Z84W5E70341829916'
const SERIAL = 'WX32DA0K4T7N'

/**
 * Painted: the first task after the frame in which the stage shows the serial, counted from the stamp of the scan's last
 * key. In a burst the stage may skip verdicts that were followed by the next one before a frame.
 */
const WATCH = `
  globalThis.burst = { painted: [], tasks: [], shown: new Set() }
  hands.entersAt.length = 0
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) burst.tasks.push(duration) })
    .observe({ type: 'longtask' })
  new MutationObserver(() => {
    const text = document.querySelector('.stage:not(.stage-waiting) .what .serial, .stage:not(.stage-waiting) .what .scanned-text')?.textContent
    if (text === undefined || burst.shown.has(text)) return
    burst.shown.add(text)
    const at = Number(text.slice(2))
    const pressed = hands.entersAt[at]
    if (pressed === undefined) return
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => burst.painted.push(performance.now() - pressed)
      port2.postMessage(0)
    })
  }).observe(document.getElementById('window'), { subtree: true, childList: true, characterData: true })
`

const folder = mkdtempSync(join(tmpdir(), 'tallydock-bench-'))
await builtWindow()
const browser = await startChromium()
try {
  await measure()
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const data = join(folder, 'dock')
  mkdirSync(data)
  const slots = new VirtualSlots(folder)
  const bytes = Buffer.alloc(64 * 1024 * 1024, 'quayside station sample')
  const names = Array.from(
    { length: Math.ceil(((BURST_S + AROUND_S) * COPY_MB_PER_S) / 64) },
    (_, at) => [`${at}.bin`, bytes] as const,
  )
  const drive = await customerDrive({ folder, serial: SERIAL }, Object.fromEntries(names))
  const config: StationConfig = {
    station: 'dock-1',
    site: 'homedock',
    sender: { name: 'Home Dock', lines: [] },
    servicePort: 0,
    storageAccounts: {},
    defaultStorage: `folder:${join(folder, 'storage')}`,
    proof: 'manifest',
    copiesAtOnce: 1,
    bays: { 'slot-1': '1' },
    virtualDrives: slots.list,
    loopDrives: [],
  }
  writeFileSync(join(data, 'config.json'), JSON.stringify(config))
  await order(data, drive.listed)
  const station = await startStation(data)
  try {
    const window = await OperatorWindow.open(browser, station.link)
    await window.says('on their way')
    for (const code of [TRACKING, SERIAL, 'TD-NEXT', 'TD-BAY-1', SERIAL]) await window.scan(code)
    slots.plug('slot-1', SERIAL, drive.folder, { readBytesPerS: COPY_MB_PER_S * 1_000_000 })
    await window.scan('TD-NEXT')
    await window.go('bays')
    await window.says('Leave it in.')
    await burst(window, data)
  } finally {
    await station.end('SIGTERM')
  }
}

async function burst(window: OperatorWindow, data: string): Promise<void> {
  const { page, scanner } = window
  await page.evaluate(WATCH)
  const codes = Array.from({ length: BURST_S * SCANS_PER_S }, (_, at) => `ZB${String(at).padStart(6, '0')}`)
  const typed: Promise<void>[] = []
  const began = performance.now()
  for (const [at, code] of codes.entries()) {
    const dueMs = began + (at * 1_000) / SCANS_PER_S - performance.now()
    if (dueMs > 0) await pause(dueMs)
    typed.push(scanner.type(code))
  }
  await Promise.all(typed)
  const tookMs = performance.now() - began
  await window.until(
    `document.querySelector('.stage:not(.stage-waiting) .what')?.textContent.startsWith('${codes.at(-1)}') === true`,
  )
  await pause(500)
  const copying = (await stillCopying(window)) ? 'running to the end' : 'ended before the burst did'
  const seen = (await page.evaluate('({ painted: burst.painted, tasks: burst.tasks })')) as {
    painted: number[]
    tasks: number[]
  }
  const counts = count(codes, await scansIn(data))
  tell({
    figure: 'window-burst',
    unit: 'scans',
    scans: codes.length,
    ...counts,
    overS: Math.round(tookMs / 1_000),
    copying,
  })
  const sorted = seen.painted.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Number((sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1))
  tell({
    figure: 'scan-to-paint',
    unit: 'ms',
    painted: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    target: { p50: 10, p99: 50 },
  })
  tell({
    figure: 'longest-renderer-task',
    unit: 'ms',
    value: Math.round(Math.max(0, ...seen.tasks)),
    over50: seen.tasks.length,
    target: 50,
  })
}

async function stillCopying(window: OperatorWindow): Promise<boolean> {
  await window.go('bays')
  return (await window.text()).includes('Leave it in.')
}

/** What the journal says was scanned, in order. */
async function scansIn(data: string): Promise<string[]> {
  const command = new URL('../../src/cli/tallydock.js', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, 'ledger', 'export', '--data', data],
    { maxBuffer: 1024 * 1024 * 1024 },
  )
  return stdout.split('\n').flatMap((line) => {
    if (!line.includes('"scan-read"')) return []
    const found = /"text":"([^"]*)"/.exec(line)?.[1]
    return found === undefined ? [] : [found]
  })
}

/** Lost: never written. Doubled: written again. Merged: something else was written that holds more than one code, or a part of one. */
function count(codes: readonly string[], written: readonly string[]) {
  const times = new Map<string, number>()
  for (const text of written) times.set(text, (times.get(text) ?? 0) + 1)
  const known = new Set([...codes, TRACKING, SERIAL, 'TD-NEXT', 'TD-BAY-1'])
  return {
    lost: codes.filter((code) => !times.has(code)).length,
    merged: written.filter((text) => !known.has(text)).length,
    doubled: codes.reduce((sum, code) => sum + Math.max(0, (times.get(code) ?? 0) - 1), 0),
  }
}

async function order(data: string, listed: object): Promise<void> {
  const file = join(folder, 'order.json')
  const properties = {
    storageAccountId:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/larkfield',
    jobType: 'Import',
    returnAddress: {
      recipientName: 'Larkfield Imaging',
      streetAddress1: '14 Quayside Row',
      city: 'Hull',
      postalCode: 'HU1 1NQ',
      countryOrRegion: 'United Kingdom',
      phone: '5550100142',
      email: 'dock@larkfield.example',
    },
    returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011122' },
    driveList: [listed],
  }
  writeFileSync(file, JSON.stringify({ name: 'larkfield-11', location: 'Home Dock', properties }))
  await result(['jobs', 'put', file, '--data', data])
  await result(['jobs', 'ship', 'larkfield-11', '--carrier', 'UPS', '--tracking', TRACKING, '--data', data])
}

function tell(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure))
}
