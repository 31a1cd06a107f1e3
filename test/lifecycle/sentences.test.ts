import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { VerdictCode } from '../../src/lifecycle/records.ts'
import { NEXT, type Next, SAY, type Say } from '../../src/lifecycle/sentences.ts'
import { heard } from './dock.ts'
import { ALL_STORIES } from './stories/index.ts'

const words = JSON.parse(
  readFileSync(new URL('../../assets/locales/en/verdicts.json', import.meta.url), 'utf8'),
) as { readonly say: Readonly<Record<string, string>>; readonly next: Readonly<Record<string, string>> }

/** Said by the station around the rules: when a decision fails and when the ledger cannot be written. */
const SAID_BY_STATION: readonly Say[] = ['station-defect', 'station-stopped']
const NEXT_OF_STATION: readonly Next[] = ['restart-station']

/** The codes of the `scan` command, which others script against. */
const CODES: readonly VerdictCode[] = [
  'arrival-opened',
  'arrival-closed',
  'received',
  'already-received',
  'received-late',
  'received-for-another-job',
  'held',
  'extra',
  'other-site',
  'not-a-drive-serial',
  'unreadable',
  'look-up',
  'packed',
  'label-printed',
  'return-closed',
  'shipped',
  'undone',
  'command',
  'refused',
]

const placeholders = (sentence: string) =>
  [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name)

describe('sentences', () => {
  beforeAll(() => {
    for (const tell of Object.values(ALL_STORIES)) tell()
  })

  it('every name has words and all words have a name', () => {
    expect(Object.keys(words.say).sort()).toEqual([...SAY].sort())
    expect(Object.keys(words.next).sort()).toEqual([...NEXT].sort())
  })

  it('no sentence is longer than twelve words', () => {
    const long = [...Object.entries(words.say), ...Object.entries(words.next)].filter(
      ([, sentence]) => sentence.split(/\s+/).length > 12 || sentence.trim() === '',
    )
    expect(long).toEqual([])
  })

  it('the stories reach every verdict', () => {
    expect([...new Set(heard.map(({ verdict }) => verdict))].sort()).toEqual([...CODES].sort())
  })

  it('the stories hear every sentence but those of the station itself', () => {
    const said = new Set(heard.map(({ say }) => say))
    expect(SAY.filter((name) => !said.has(name))).toEqual(SAID_BY_STATION)
    const next = new Set(heard.map((verdict) => verdict.next))
    expect(NEXT.filter((name) => !next.has(name))).toEqual(NEXT_OF_STATION)
  })

  it('every blank in a sentence is filled whenever it is said', () => {
    const unfilled = heard.flatMap(({ say, next, facts }) =>
      [words.say[say] ?? '', words.next[next] ?? '']
        .flatMap(placeholders)
        .filter((name) => facts[name] === undefined || facts[name] === '')
        .map((name) => `${say} / ${next}: ${name}`),
    )
    expect([...new Set(unfilled)]).toEqual([])
  })
})
