import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandSheet } from '../../src/labels/command-sheet.ts'
import { toPdf } from '../../src/labels/pdf.ts'
import { COMMAND_CODES, type LabelTexts } from '../../src/labels/texts.ts'
import { hostileText, texts } from './examples.ts'
import { codesIn, printed } from './read-back.ts'
import { allText, barcodes, expectSound } from './soundness.ts'

const facts = { madeAtMs: 0, paper: 'a4', station: 'Dock 2 · Station B', bays: [1, 2, 12] } as const

describe('the command sheet', () => {
  it('has every command and every bay, each with its word and a sentence', () => {
    const layout = commandSheet(facts, texts)

    expectSound(layout)
    expect(barcodes(layout)).toEqual([...COMMAND_CODES, 'TD-BAY-1', 'TD-BAY-2', 'TD-BAY-12'])
    const text = allText(layout).replaceAll('\n', ' ')
    for (const { word, sentence } of Object.values(texts.commandSheet.commands)) {
      expect(text).toContain(word)
      expect(text).toContain(sentence)
    }
    expect(text).toContain('Bay 12 Work on bay 12.')
    expect(text).not.toContain('{{')
  })

  it.each(['a4', 'letter'] as const)('is scanned from %s paper', async (paper) => {
    const pages = await printed(await toPdf(commandSheet({ ...facts, paper }, texts)), 150)

    const codes = await Promise.all(pages.map(({ picture }) => codesIn(picture)))

    expect(new Set(codes[0])).toEqual(new Set(COMMAND_CODES.slice(0, 8)))
    expect(new Set(codes.flat())).toEqual(new Set([...COMMAND_CODES, 'TD-BAY-1', 'TD-BAY-2', 'TD-BAY-12']))
    expect(new Set(codes.at(-1))).toEqual(new Set(['TD-BAY-1', 'TD-BAY-2', 'TD-BAY-12']))
  })

  it('needs no bay page for a station without bays', () => {
    expect(commandSheet({ ...facts, bays: [] }, texts).pages).toHaveLength(
      Math.ceil(COMMAND_CODES.length / 8),
    )
  })

  it.each([0, -1, 1.5, 10_000])('refuses bay number %d', (bay) => {
    expect(() => commandSheet({ ...facts, bays: [bay] }, texts)).toThrow(RangeError)
  })

  it('takes a language whose words are much longer', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (word, sentence, station) => {
        const card = { word, sentence }
        const commands = Object.fromEntries(COMMAND_CODES.map((code) => [code, card]))
        const long = { ...texts.commandSheet, commands, title: word, lead: sentence }
        const layout = commandSheet({ ...facts, station }, { ...texts, commandSheet: long as Sheet })
        expectSound(layout)
      }),
      { numRuns: 50 },
    )
  })
})

type Sheet = LabelTexts['commandSheet']
