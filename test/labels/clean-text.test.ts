import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../../src/labels/clean-text.ts'
import { canDraw } from '../../src/labels/fonts.ts'
import { hostileText } from './examples.ts'

describe('text for paper', () => {
  it.each([
    { given: 'Łódź, Győr, Şişli', text: 'Łódź, Győr, Şişli', replaced: [] },
    { given: 'Cafe\u0301', text: 'Café', replaced: [] },
    { given: '  two\r\nlines\tand\u2003spaces ', text: 'two lines and spaces', replaced: [] },
    { given: '100\u202f%', text: '100\u00a0%', replaced: [] },
    { given: 'a\u0000b\u0007c\u202ed\u200be', text: 'abcde', replaced: [] },
    { given: 'Ōsaka 大阪', text: 'Osaka ??', replaced: ['Ō', '大', '阪'] },
    { given: 'Nguyễn', text: 'Nguyen', replaced: ['ễ'] },
    { given: 'Йод', text: '???', replaced: ['Й', 'о', 'д'] },
    { given: '👩‍👩‍👧‍👦!', text: '?!', replaced: ['👩👩👧👦'] },
    { given: 'x\u0337\u0323y', text: 'xy', replaced: ['x\u0337\u0323'] },
    { given: '\u0301', text: '?', replaced: ['\u0301'] },
    { given: '1\ufe0f\u20e3', text: '?', replaced: ['1\ufe0f\u20e3'] },
    { given: '\ud800', text: '?', replaced: ['\ufffd'] },
    { given: '', text: '', replaced: [] },
  ])('$given becomes $text', ({ given, text, replaced }) => {
    expect(cleanText(given, 'sans')).toEqual({ text, replaced })
  })

  it('holds only what the face can draw, and stays as it is when cleaned again', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('sans', 'mono-bold'), (given, face) => {
        const { text } = cleanText(given, face)
        expect([...text].filter((character) => !canDraw(face, character))).toEqual([])
        expect(cleanText(text, face)).toEqual({ text, replaced: [] })
      }),
    )
  })
})
