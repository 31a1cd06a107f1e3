import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openNotes } from '../../src/labels/notes.ts'
import { openPrintBook } from '../../src/labels/print-book.ts'
import { readHeldDocument } from '../../src/labels/queue-printer.ts'
import { FakeLog } from '../fakes/log.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const asNumber = (value: unknown) => (typeof value === 'number' ? value : undefined)

describe('notes', () => {
  it('outlive a restart, one by one and whole', async () => {
    const file = join(temporaryFolder(), 'notes.json')
    const log = new FakeLog()
    const notes = openNotes(file, asNumber, log)
    await Promise.all([notes.set('a', 1), notes.set('b', 2), notes.set('a', 3), notes.set('c', 4)])
    await notes.drop('b')
    await notes.drop('never there')

    const again = openNotes(file, asNumber, log)
    expect([again.get('a'), again.get('b'), again.get('c')]).toEqual([3, undefined, 4])

    await again.keep((name) => name === 'c')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ c: 4 })
    expect(readdirSync(join(file, '..'))).toEqual(['notes.json'])
    expect(log.lines).toEqual([])
  })

  it.each([
    ['half a file', '{"a": 1, "b'],
    ['no object', 'null'],
    ['values that mean nothing', '{"a": "one", "b": 2}'],
  ])('take %s for what can be read of it', (_, content) => {
    const file = join(temporaryFolder(), 'notes.json')
    writeFileSync(file, content)
    const log = new FakeLog()

    const notes = openNotes(file, asNumber, log)

    expect(notes.get('a')).toBeUndefined()
    expect(notes.get('b')).toBe(content.includes('"b": 2') ? 2 : undefined)
    expect(log.lines.map(({ level }) => level)).toEqual(content.startsWith('{"a": 1,') ? ['warn'] : [])
  })

  it('say when they cannot be kept, and are still known until the next start', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'notes.json'))
    writeFileSync(join(folder, 'notes.json', 'in the way'), '')
    const log = new FakeLog()
    const notes = openNotes(join(folder, 'notes.json'), asNumber, log)

    await notes.set('a', 1)

    expect(notes.get('a')).toBe(1)
    expect(log.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^What was printed before cannot be read/),
      expect.stringMatching(/could not be noted\. After a restart it may be printed again/),
    ])
  })

  it('know a paper and a held document from anything else', async () => {
    const folder = temporaryFolder()
    const book = openPrintBook(folder, new FakeLog())
    await book.set('box/label', { copy: 2, state: 'confirmed', where: 'bench-7' })
    expect(openPrintBook(folder, new FakeLog()).get('box/label')).toEqual({
      copy: 2,
      state: 'confirmed',
      where: 'bench-7',
    })
    writeFileSync(
      join(folder, '.prints.json'),
      '{"x": {"copy": 1, "state": "eaten", "where": ""}, "y": null, "z": 3}',
    )
    const odd = openPrintBook(folder, new FakeLog())
    expect([odd.get('x'), odd.get('y'), odd.get('z')]).toEqual([undefined, undefined, undefined])

    const held = { entry: 'bench-7', copy: 1, bytes: '00' }
    expect(readHeldDocument(held)).toEqual(held)
    expect([null, {}, { ...held, copy: '1' }].map(readHeldDocument)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
