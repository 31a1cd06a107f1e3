import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { folderPrinter } from '../../src/labels/folder-printer.ts'
import { job, printerSuite } from '../suites/printer.ts'

const made: string[] = []

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tallydock-print-'))
  made.push(path)
  return path
}

afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true, force: true })
})

async function visibleFiles(path: string): Promise<string[]> {
  return (await readdir(path)).filter((name) => name !== '.printed-by').toSorted()
}

const KIND = { prints: 'in place', goneCode: 'printer-missing', jammedCode: 'printer-refused' } as const

printerSuite('folder printer', KIND, async () => {
  const path = await folder()
  return {
    printer: folderPrinter(path),
    async sheets() {
      const names = (await visibleFiles(path)).map((name) => join(path, name))
      return Promise.all(
        names.map(async (where) => ({ where, bytes: new Uint8Array(await readFile(where)) })),
      )
    },
    takeAway: () => rm(path, { recursive: true }),
    async jam() {
      await rm(join(path, '.printed-by'), { recursive: true })
      await writeFile(join(path, '.printed-by'), 'in the way')
      made.push(path)
    },
  }
})

const bytes = (content: string) => new TextEncoder().encode(content)

describe('the folder printer', () => {
  it('names the file after the title and leaves nothing half-written beside it', async () => {
    const path = await folder()

    const outcome = await folderPrinter(path).print(job({ title: 'return-TDR-1' }))

    expect(outcome).toEqual({
      ok: true,
      value: { state: 'confirmed', where: join(path, 'return-TDR-1.pdf') },
    })
    expect(await visibleFiles(path)).toEqual(['return-TDR-1.pdf'])
  })

  it('still knows a reprint after a restart', async () => {
    const path = await folder()
    await folderPrinter(path).print(job({ bytes: bytes('before') }))

    await folderPrinter(path).print(job({ bytes: bytes('after') }))
    await folderPrinter(path).print(job({ id: 'another', bytes: bytes('other') }))

    const names = await visibleFiles(path)
    expect(names).toHaveLength(2)
    expect(names[1]).toBe('return-TDR-2291.pdf')
    expect(await readFile(join(path, 'return-TDR-2291.pdf'), 'utf8')).toBe('after')
  })

  it('never replaces a file that somebody put there, unless it is this very document', async () => {
    const path = await folder()
    await writeFile(join(path, 'mine.pdf'), 'by hand')
    await writeFile(join(path, 'same.pdf'), 'paper')

    await folderPrinter(path).print(job({ id: 'a', title: 'mine' }))
    await folderPrinter(path).print(job({ id: 'b', title: 'same' }))

    expect(await readFile(join(path, 'mine.pdf'), 'utf8')).toBe('by hand')
    expect(await visibleFiles(path)).toEqual([
      expect.stringMatching(/^mine-[0-9a-f]{8}\.pdf$/),
      'mine.pdf',
      'same.pdf',
    ])
  })

  it('gives a name away again once its document was taken out of the folder', async () => {
    const path = await folder()
    const printer = folderPrinter(path)
    await printer.print(job({ id: 'monday' }))
    await rm(join(path, 'return-TDR-2291.pdf'))

    await printer.print(job({ id: 'tuesday' }))

    expect(await visibleFiles(path)).toEqual(['return-TDR-2291.pdf'])
  })

  it('leaves nothing half-written when the document cannot take its place', async () => {
    const path = await folder()
    const printer = folderPrinter(path)
    await printer.print(job({}))
    await rm(join(path, 'return-TDR-2291.pdf'))
    await mkdir(join(path, 'return-TDR-2291.pdf', 'full'), { recursive: true })

    const outcome = await printer.print(job({}))

    expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-refused')
    expect(await visibleFiles(path)).toEqual(['return-TDR-2291.pdf'])
    expect(await readdir(join(path, 'return-TDR-2291.pdf'))).toEqual(['full'])
  })

  it('leaves the old document whole when the new one cannot be written', async () => {
    const path = await folder()
    const printer = folderPrinter(path)
    await printer.print(job({ bytes: bytes('old') }))
    await chmod(path, 0o555)

    const outcome = await asOrdinaryUser(() => printer.print(job({ bytes: bytes('new') })))

    expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-refused')
    expect(await readFile(join(path, 'return-TDR-2291.pdf'), 'utf8')).toBe('old')
  })

  it('refuses, as a value, to print into a folder it may not write', async () => {
    const path = await folder()
    await chmod(path, 0o555)

    const outcome = await asOrdinaryUser(() => folderPrinter(path).print(job({})))

    expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-refused')
    expect(await readdir(path)).toEqual([])
  })

  it('is missing when a file stands where the folder should be', async () => {
    const path = join(await folder(), 'file')
    await writeFile(path, '')

    const outcome = await folderPrinter(path).print(job({}))

    expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-missing')
  })
})

/** Root may write anywhere, so a test that runs as root steps down for a moment. */
async function asOrdinaryUser<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(65534)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}
