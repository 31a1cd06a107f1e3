import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StationConfig } from '../../src/contract/config.ts'
import { openPrinters } from '../../src/labels/open-printers.ts'
import { openPrintBook } from '../../src/labels/print-book.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { Printing } from '../../src/station/printing.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { need } from '../fixtures/need.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { codesOn } from '../labels/codes-on.ts'
import { type CupsDock, startCups } from '../labels/cups-dock.ts'
import { hostStatus, rawSink, type SinkManners } from '../labels/raw-sink.ts'
import { printed } from '../labels/read-back.ts'
import { openDock } from '../ledger/dock.ts'
import { askForLabel, NUMBER, packBox } from './printing-box.ts'

/** A station with printers for real: labels in ZPL to port 9100, lists to a queue of CUPS. */

let cups: CupsDock
beforeAll(async () => {
  need({ skip: () => undefined }, 'cupsd', 'lp')
  cups = await startCups()
})
afterAll(async () => {
  await cups?.close()
})

/** The printing of a station that was started on this data folder. Waits between tries pass when told to. */
function station(ledger: Ledger, folder: string, printers: StationConfig['printers']) {
  const log = new FakeLog()
  const clock = new FakeClock()
  const { label, page } = openPrinters(printers, {
    folder,
    platform: 'linux',
    env: cups.env,
    timers: systemTimers,
    log,
  })
  const printing = new Printing({
    ledger,
    printer: label,
    pagePrinter: page,
    config: { sender: { name: 'Home Dock', lines: [] } },
    log,
    timers: clock,
    book: openPrintBook(folder, log),
  })
  return { printing, clock }
}

test('a label and its list come out of two printers that were out of paper, once each, over a restart', async () => {
  const ledger = openDock()
  const folder = temporaryFolder()
  packBox(ledger)
  const manners: SinkManners = { answers: [() => hostStatus({ paperOut: true })] }
  const sink = await rawSink(manners)
  const queue = cups.addQueue('lists')
  queue.is('paper-out')
  const printers: StationConfig['printers'] = {
    label: { kind: 'port-9100', host: '127.0.0.1', port: sink.port, language: 'zpl', dpi: 203 },
    page: { kind: 'queue', name: 'lists', language: 'pdf' },
  }

  // Out of paper: said within seconds, for both.
  const before = station(ledger, folder, printers)
  before.printing.written(askForLabel(ledger))
  await before.printing.idle()
  expect(before.printing.stateOf('r1')).toMatchObject({
    state: 'failed',
    code: 'printer-offline',
    trouble: expect.stringContaining('is out of labels. Load some'),
  })
  expect([sink.documents, queue.sheets()]).toEqual([[], []])
  await before.printing.stop()

  // A test page says the same, and does not come out later in the label's place.
  expect(await before.printing.testPage(0)).toMatchObject({ failure: { code: 'printer-offline' } })

  // The station is started again, still without paper; then somebody loads some.
  const after = station(ledger, folder, printers)
  after.printing.catchUp()
  await after.printing.idle()
  expect(after.printing.stateOf('r1')).toMatchObject({ state: 'failed', code: 'printer-offline' })
  queue.isWellAgain()
  manners.answers = [() => hostStatus()]
  after.clock.advance(2_000)
  await after.printing.idle()

  expect(after.printing.stateOf('r1')).toEqual({ state: 'confirmed', where: `127.0.0.1:${sink.port}` })
  expect(sink.documents).toHaveLength(1)
  expect(await codesOn(sink.documents[0] ?? new Uint8Array(), 'zpl')).toEqual([NUMBER])
  expect(queue.titles()).toEqual([`${NUMBER}-list`])
  const [list] = await printed(queue.sheets()[0]?.bytes ?? new Uint8Array(), 72)
  expect(list?.text).toContain(NUMBER)
  await after.printing.stop()

  // Started once more: nothing is owed. A reprint is another sheet, and marked.
  const last = station(ledger, folder, printers)
  last.printing.catchUp()
  await last.printing.idle()
  expect([sink.documents.length, queue.sheets().length]).toEqual([1, 1])
  last.printing.written(askForLabel(ledger, true))
  await last.printing.idle()
  expect([sink.documents.length, queue.sheets().length]).toEqual([2, 2])
  expect(queue.titles().at(-1)).toBe(`${NUMBER}-list-copy-2`)
  await last.printing.stop()
})

test('a test page comes out of a queue', async () => {
  const queue = cups.addQueue('tests')
  const { printing } = station(openDock(), temporaryFolder(), {
    label: { kind: 'queue', name: 'tests', language: 'pdf' },
    page: { kind: 'folder' },
  })

  expect(await printing.testPage(0)).toMatchObject({ ok: true, value: { state: 'confirmed' } })

  expect(await codesOn(queue.sheets()[0]?.bytes ?? new Uint8Array(), 'pdf')).toEqual(['TD-TEST'])
})
