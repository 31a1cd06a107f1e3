import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderPrinter } from '../../src/labels/folder-printer.ts'
import { memoryNotes } from '../../src/labels/notes.ts'
import { openPrintBook, type PrintBook, type PrintedPaper } from '../../src/labels/print-book.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Timers } from '../../src/ports/clock.ts'
import type { Printer } from '../../src/ports/printer.ts'
import { Printing } from '../../src/station/printing.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { fakePrinter } from '../fakes/printer.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { codesOn } from '../labels/codes-on.ts'
import { must, openDock, record } from '../ledger/dock.ts'
import { happened, scanned } from '../ledger/tellings.ts'
import { askForLabel, closeBox, NUMBER, packBox, voidLabel } from './printing-box.ts'

const config = { sender: { name: 'Home Dock', lines: ['8 Slipway Street'] } }

interface Bench {
  ledger?: Ledger
  printer?: Printer
  pagePrinter?: Printer
  timers?: Timers
  book?: PrintBook
}

function bench(parts: Bench = {}) {
  const { ledger = openDock(), printer = fakePrinter(), ...rest } = parts
  const log = new FakeLog()
  return { ledger, log, printing: new Printing({ ledger, printer, config, log, ...rest }) }
}

/** A box whose label was just asked for. */
async function printed(parts: Bench = {}) {
  const { ledger, log, printing } = bench(parts)
  packBox(ledger)
  printing.written(askForLabel(ledger))
  await printing.idle()
  return { ledger, log, printing }
}

const titles = (printer: { readonly sheets: readonly { readonly title: string }[] }) =>
  printer.sheets.map(({ title }) => title)

describe('printing into the folder', () => {
  it('puts label and packing list there under the number of the box, and says so', async () => {
    const folder = temporaryFolder()
    const { printing, log } = await printed({ printer: folderPrinter(folder) })

    const label = join(folder, `${NUMBER}.pdf`)
    expect(readdirSync(folder).filter((name) => name.endsWith('.pdf'))).toEqual([
      `${NUMBER}-list.pdf`,
      `${NUMBER}.pdf`,
    ])
    expect(await codesOn(readFileSync(label), 'pdf')).toEqual([NUMBER])
    expect(printing.stateOf('r1')).toEqual({ state: 'confirmed', where: label })
    expect(printing.stateOf('other')).toBeUndefined()
    expect(log.lines.map(({ level }) => level)).toEqual(['info', 'info'])
  })

  it('replaces what was printed when it is printed again', async () => {
    const folder = temporaryFolder()
    const { ledger, printing } = await printed({ printer: folderPrinter(folder) })

    printing.written(askForLabel(ledger, true))
    await printing.idle()

    expect(readdirSync(folder).filter((name) => name.endsWith('.pdf'))).toHaveLength(2)
  })

  it('says that the folder is gone, and prints once it is back', async () => {
    const folder = join(temporaryFolder(), 'labels')
    const clock = new FakeClock()
    const { ledger, printing } = await printed({ printer: folderPrinter(folder), timers: clock })
    expect(printing.stateOf('r1')).toMatchObject({ state: 'failed', code: 'printer-missing' })

    mkdirSync(folder)
    clock.advance(2_000)
    await printing.idle()

    expect(printing.stateOf('r1')).toEqual({ state: 'confirmed', where: join(folder, `${NUMBER}.pdf`) })
    expect(ledger.get('return', 'r1')?.prints).toBe(1)
  })

  it('prints a test page beside the labels', async () => {
    const folder = temporaryFolder()
    const { printing } = bench({ printer: folderPrinter(folder) })

    expect(await printing.testPage(Date.UTC(2026, 0, 5))).toEqual({
      ok: true,
      value: { state: 'confirmed', where: join(folder, 'test-page.pdf') },
    })
    rmSync(folder, { recursive: true })
    expect(await printing.testPage(Date.UTC(2026, 0, 6))).toMatchObject({
      failure: { code: 'printer-missing' },
    })
    expect(printing.trouble()).toMatch(/^The print folder is not there/)
  })
})

describe('printing on paper', () => {
  it('sends labels and lists each to their own printer, in its language', async () => {
    const label = { ...fakePrinter(), language: { format: 'zpl', dpi: 203 } as const }
    const page = fakePrinter()

    await printed({ printer: label, pagePrinter: page })

    expect(label.sheets.map(({ title, medium, format, copy }) => ({ title, medium, format, copy }))).toEqual([
      { title: NUMBER, medium: 'label', format: 'zpl', copy: 1 },
    ])
    expect(await codesOn(label.sheets[0]?.bytes ?? new Uint8Array(), 'zpl')).toEqual([NUMBER])
    expect(page.sheets.map(({ title, medium, format }) => ({ title, medium, format }))).toEqual([
      { title: `${NUMBER}-list`, medium: 'page', format: 'pdf' },
    ])
  })

  it('marks a reprint, in the journal and for the printer', async () => {
    const printer = fakePrinter()
    const { ledger, printing } = await printed({ printer })

    const [entry] = askForLabel(ledger, true)
    printing.written(entry === undefined ? [] : [entry])
    await printing.idle()

    expect(entry).toMatchObject({ kind: 'label-printed', body: { return: 'r1', reprint: true } })
    expect(printer.sheets.map(({ copy }) => copy)).toEqual([1, 1, 2, 2])
    expect(ledger.get('return', 'r1')?.prints).toBe(2)
  })

  it('says the trouble of either paper, then tries again by itself and tells of it', async () => {
    const clock = new FakeClock()
    const label = fakePrinter()
    const page = fakePrinter()
    page.failWith('printer-offline')
    const { ledger, printing, log } = bench({ printer: label, pagePrinter: page, timers: clock })
    const seen: unknown[] = []
    printing.onChange = () => seen.push(printing.stateOf('r1')?.state)
    packBox(ledger)

    printing.written(askForLabel(ledger))
    await printing.idle()
    expect(printing.stateOf('r1')).toMatchObject({ state: 'failed', code: 'printer-offline', again: true })
    expect(printing.trouble()).toMatch(/^The printer did not print/)
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)

    page.failWith(undefined)
    clock.advance(2_000)
    await printing.idle()
    expect(printing.stateOf('r1')).toMatchObject({ state: 'confirmed' })
    expect(printing.trouble()).toBeUndefined()
    expect(titles(page)).toEqual([`${NUMBER}-list`])
    expect(titles(label)).toEqual([NUMBER])
    expect(seen).toEqual(expect.arrayContaining(['queued', 'failed', 'confirmed']))
    expect(seen.at(-1)).toBe('confirmed')
  })

  it('waits for an address that has not come yet', async () => {
    const clock = new FakeClock()
    const printer = fakePrinter()
    const { ledger, printing } = bench({ printer, timers: clock })
    packBox(ledger, {})
    printing.written(askForLabel(ledger))
    await printing.idle()
    expect(printing.stateOf('r1')).toMatchObject({ state: 'failed', code: 'address-missing' })
    // That is not the printer's fault.
    expect(printing.trouble()).toBeUndefined()
    expect(clock.waitsMs).toEqual([2_000, 2_000])
  })

  it('does not print a label that was voided while it waited', async () => {
    const clock = new FakeClock()
    const printer = fakePrinter()
    printer.failWith('printer-offline')
    const { ledger, printing } = await printed({ printer, timers: clock })

    printing.written(voidLabel(ledger))
    await printing.idle()
    printer.failWith(undefined)
    clock.advance(600_000)
    await printing.idle()
    expect(printer.sheets).toEqual([])
    expect(printer.withdrawn).toEqual(['r1/label', 'r1/list'])
    expect(printing.stateOf('r1')).toBeUndefined()

    printing.written(askForLabel(ledger))
    await printing.idle()
    expect(titles(printer)).toEqual([NUMBER, `${NUMBER}-list`])
  })

  it('does not print a label that was voided elsewhere while it waited', async () => {
    const clock = new FakeClock()
    const printer = fakePrinter()
    printer.failWith('printer-offline')
    const { ledger, printing } = await printed({ printer, timers: clock })

    voidLabel(ledger)
    printer.failWith(undefined)
    clock.advance(600_000)
    await printing.idle()

    expect(printer.sheets).toEqual([])
    expect(printing.stateOf('r1')).toBeUndefined()
  })

  it('says when a box is not in the ledger', async () => {
    const { ledger, printing } = bench()

    printing.written(record(ledger, happened('label-printed', { return: 'ghost', reprint: false })).entries)
    await printing.idle()

    expect(printing.stateOf('ghost')).toMatchObject({ state: 'failed', code: 'return-unknown', again: false })
  })
})

describe('after a restart', () => {
  it('nothing comes out again that is known to be printed, and it is still said', async () => {
    const folder = temporaryFolder()
    const book = () => openPrintBook(folder, new FakeLog())
    const { ledger } = await printed({ book: book() })

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer, book: book() })
    printing.catchUp()
    await printing.idle()

    expect(printer.sheets).toEqual([])
    expect(printing.stateOf('r1')).toEqual({ state: 'confirmed', where: 'paper r1/label' })
  })

  it('a label that could not be printed is printed, by who asked for it', async () => {
    const book = memoryNotes<PrintedPaper>()
    const broken = fakePrinter()
    broken.failWith('printer-offline')
    const { ledger } = await printed({ printer: broken, book })
    // Long ago.
    record(ledger, ...Array.from({ length: 1_200 }, (_, at) => scanned(`s${at}`)))

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer, book })
    printing.catchUp()
    await printing.idle()

    expect(titles(printer)).toEqual([NUMBER, `${NUMBER}-list`])
    expect(printing.stateOf('r1')).toMatchObject({ state: 'confirmed' })
  })

  it('only the paper is printed that is missing', async () => {
    const book = memoryNotes<PrintedPaper>()
    const page = fakePrinter()
    page.failWith('printer-offline')
    const { ledger } = await printed({ pagePrinter: page, book })

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer, book })
    printing.catchUp()
    await printing.idle()

    expect(titles(printer)).toEqual([`${NUMBER}-list`])
  })

  it('a reprint that was still owed comes out, also of a closed box', async () => {
    const book = memoryNotes<PrintedPaper>()
    const old = fakePrinter()
    const { ledger, printing: before } = await printed({ printer: old, book })
    closeBox(ledger)
    old.failWith('printer-offline')
    before.written(askForLabel(ledger, true))
    await before.idle()

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer, book })
    printing.catchUp()
    await printing.idle()

    expect(printer.sheets.map(({ title, copy }) => ({ title, copy }))).toEqual([
      { title: NUMBER, copy: 2 },
      { title: `${NUMBER}-list`, copy: 2 },
    ])
  })

  it('a label asked for in the last moment comes out, though nothing was noted', async () => {
    const ledger = openDock()
    packBox(ledger)
    askForLabel(ledger)

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer })
    printing.catchUp()
    await printing.idle()

    expect(titles(printer)).toEqual([NUMBER, `${NUMBER}-list`])
  })

  it('a closed box whose printing nobody noted needs no label: its label was scanned', async () => {
    const ledger = openDock()
    packBox(ledger)
    askForLabel(ledger)
    closeBox(ledger)

    const printer = fakePrinter()
    const { printing } = bench({ ledger, printer })
    printing.catchUp()
    await printing.idle()

    expect(printer.sheets).toEqual([])
  })

  it('labels of another station are left to it', async () => {
    const theirs = openDock({ station: 'dock-2' })
    packBox(theirs)
    askForLabel(theirs)
    const changes = theirs.unsent(100).map(({ wire }, at) => ({ cursor: at + 1, entry: wire }))
    const ours = openDock({ station: 'dock-1' })
    must(ours.receive(changes, changes.length))
    expect(ours.get('return', 'r1')?.state).toBe('labelled')

    const printer = fakePrinter()
    const book = memoryNotes<PrintedPaper>()
    for (let starts = 0; starts < 2; starts++) {
      const { printing } = bench({ ledger: ours, printer, book })
      printing.catchUp()
      await printing.idle()
      expect(printing.stateOf('r1')).toBeUndefined()
    }

    expect(printer.sheets).toEqual([])
    expect(book.get('r1/label')?.state).toBe('elsewhere')
  })

  it('boxes that have left are forgotten', async () => {
    const book = memoryNotes<PrintedPaper>()
    const { ledger } = await printed({ book })
    closeBox(ledger)
    record(ledger, happened('return-shipped', { return: 'r1', carrier: 'UPS', tracking: '1Z9' }))

    bench({ ledger, book }).printing.catchUp()

    expect(book.get('r1/label')).toBeUndefined()
  })

  it('nothing is tried after a stop', async () => {
    const clock = new FakeClock()
    const printer = fakePrinter()
    printer.failWith('printer-offline')
    const { printing } = await printed({ printer, timers: clock })

    await printing.stop()
    printer.failWith(undefined)
    clock.advance(600_000)

    expect(clock.waitsMs).toEqual([])
    expect(printer.sheets).toEqual([])
  })
})
