import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configFaults, type StationConfig, stationConfig } from '../../src/contract/config.ts'
import { openPrinters } from '../../src/labels/open-printers.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { job } from '../suites/printer.ts'

/** From what a person writes into `config.json` to printers. */

const read = (printers: unknown) => stationConfig.shape.printers.safeParse(printers)

function open(printers: unknown, platform: NodeJS.Platform = 'linux') {
  const folder = temporaryFolder()
  const parts = { folder, platform, env: { PATH: '/nonexistent' }, timers: systemTimers, log: new FakeLog() }
  return { folder, ...openPrinters(read(printers).data as StationConfig['printers'], parts) }
}

const QUEUE = { kind: 'queue', name: 'Laser-Office' }
const RAW = { kind: 'port-9100', host: '10.0.4.7', port: 9100 }

describe('the printers of a dock', () => {
  it('are the folder until somebody sets up others', async () => {
    for (const config of [undefined, { label: { kind: 'folder' }, page: { kind: 'folder' } }]) {
      const { folder, label, page } = open(config)

      expect(page).toBe(label)
      expect(label).toMatchObject({ name: 'folder', language: { format: 'pdf' } })
      expect(await label.print(job({}))).toMatchObject({ ok: true, value: { state: 'confirmed' } })
      expect(readdirSync(folder)).toContain('return-TDR-2291.pdf')
    }
  })

  it('are named and written to as they were set up', () => {
    const label = { ...RAW, language: 'zpl', dpi: 300 }

    const printers = open({ label, page: QUEUE })

    expect(printers.label).toMatchObject({ name: '10.0.4.7:9100', language: { format: 'zpl', dpi: 300 } })
    expect(printers.page).toMatchObject({ name: 'Laser-Office', language: { format: 'pdf' } })
  })

  it('are one printer where labels and lists go to one place', () => {
    const { label, page } = open({ label: { ...RAW, language: 'pdf' }, page: { ...RAW, language: 'pdf' } })

    expect(page).toBe(label)
  })

  it.each(['linux', 'darwin', 'win32'] as const)('are queues of the system on %s', async (platform) => {
    const { label } = open({ label: { ...QUEUE, language: 'zpl', dpi: 203 }, page: QUEUE }, platform)

    // Nothing is installed where this looks.
    const outcome = await label.print(job({}))

    expect(outcome).toMatchObject({ failure: { code: 'printer-missing' } })
    expect(outcome.ok || outcome.failure.sentence).toMatch(platform === 'win32' ? /PowerShell/ : /CUPS|queue/)
  })

  it.each([
    ['an unknown kind', { ...RAW, kind: 'usb' }, /label\.kind/],
    ['ZPL without a resolution', { ...RAW, language: 'zpl' }, /label\.dpi/],
    ['a resolution no head has', { ...RAW, language: 'zpl', dpi: 600 }, /label\.dpi/],
    ['a port that is none', { ...RAW, language: 'pdf', port: 0 }, /label\.port/],
    [
      'a host that is an address of something else',
      { ...RAW, language: 'pdf', host: 'http://x' },
      /label\.host/,
    ],
    [
      'a queue that would be an option',
      { ...QUEUE, name: '-h evil' },
      /label\.name: the name of a print queue/,
    ],
    ['a queue without a name', { ...QUEUE, name: '' }, /label\.name/],
    ['a misspelt member', { ...QUEUE, nmae: 'x' }, /nmae/],
  ])('are refused with %s', (_, label, says) => {
    const parsed = read({ label, page: { kind: 'folder' } })

    expect(parsed.success).toBe(false)
    expect(parsed.error && configFaults(parsed.error)).toMatch(says)
  })

  it('never print lists on a label printer’s language', () => {
    expect(read({ label: QUEUE, page: { ...RAW, language: 'zpl', dpi: 203 } }).success).toBe(false)
    expect(read({ label: QUEUE, page: { ...QUEUE, language: 'zpl', dpi: 203 } }).success).toBe(false)
  })
})
