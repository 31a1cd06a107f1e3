import { readFileSync } from 'node:fs'
import type { Verdict } from '../lifecycle/records.ts'
import type { Next, Say } from '../lifecycle/sentences.ts'

/** A verdict in words. */
export interface Spoken {
  readonly sentence: string
  readonly next: string
}

interface Words {
  readonly say: Readonly<Record<Say, string>>
  readonly next: Readonly<Record<Next, string>>
}

const LOCALES = new URL('../../assets/locales/', import.meta.url)

/** Reads the sentences of one language. */
export function readSentences(language: string): (verdict: Verdict) => Spoken {
  const words = JSON.parse(readFileSync(new URL(`${language}/verdicts.json`, LOCALES), 'utf8')) as Words
  return (verdict) => ({
    sentence: fill(words.say[verdict.say], verdict.facts),
    next: fill(words.next[verdict.next], verdict.facts),
  })
}

/** Codes and serials go in as they are: they are never translated. */
function fill(sentence: string, facts: Verdict['facts']): string {
  return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(facts[name] ?? ''))
}
