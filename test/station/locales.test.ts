import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SAY } from '../../src/lifecycle/sentences.ts'
import { readLabelTexts } from '../../src/station/label-texts.ts'
import { readSentences } from '../../src/station/sentences.ts'

const LOCALES = new URL('../../assets/locales/', import.meta.url)
const LANGUAGES = ['en', 'nl', 'sv', 'fr'] as const

type Tree = { readonly [key: string]: string | Tree }

const read = (language: string, file: string) =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, LOCALES), 'utf8')) as Tree

function flat(tree: Tree, path = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value, `${path}${key}.`),
  )
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort()

describe('the languages', () => {
  it('are these four, and each has every file of English', () => {
    expect(readdirSync(LOCALES).sort()).toEqual([...LANGUAGES].sort())
    const files = readdirSync(new URL('en/', LOCALES)).sort()
    for (const language of LANGUAGES)
      expect(readdirSync(new URL(`${language}/`, LOCALES)).sort(), language).toEqual(files)
  })

  it.each(readdirSync(new URL('en/', LOCALES)))(
    'have every text of %s, with the same values in it',
    (file) => {
      const english = flat(read('en', file))
      for (const language of LANGUAGES) {
        const theirs = new Map(flat(read(language, file)))
        expect([...theirs.keys()].sort(), language).toEqual(english.map(([key]) => key).sort())
        for (const [key, text] of english)
          expect(holes(theirs.get(key) ?? ''), `${language} ${key}`).toEqual(holes(text))
        expect(
          [...theirs].filter(([, text]) => text.trim() === ''),
          language,
        ).toEqual([])
      }
    },
  )

  it.each(LANGUAGES)('say every verdict and every next step in at most twelve words: %s', (language) => {
    const long = flat(read(language, 'verdicts.json')).filter(([, text]) => text.split(/\s+/).length > 12)
    expect(long).toEqual([])
  })

  it.each(LANGUAGES)('speak a refusal with what to do next: %s', (language) => {
    const speak = readSentences(language)
    for (const say of SAY) {
      const { sentence, next } = speak({ verdict: 'refused', say, next: 'supervisor', facts: {} })
      expect(sentence.length, say).toBeGreaterThan(3)
      expect(next.length, say).toBeGreaterThan(3)
    }
  })

  it.each(LANGUAGES.slice(1))('are no copy of English: %s', (language) => {
    const english = new Map(flat(read('en', 'verdicts.json')))
    const same = flat(read(language, 'verdicts.json')).filter(([key, text]) => english.get(key) === text)
    expect(same).toEqual([])
    const title = (code: (typeof LANGUAGES)[number]) => readLabelTexts(code).commandSheet.title
    expect(title(language)).not.toBe(title('en'))
  })
})
