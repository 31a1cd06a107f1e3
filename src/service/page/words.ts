import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { DRIVE_STATES, JOB_STATES } from '../../lifecycle/states.ts'

export const LANGUAGES = ['en', 'nl', 'sv', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

const word = z.string().min(1)
const words = z.strictObject({
  languageName: word,
  title: word,
  language: word,
  signIn: z.strictObject({
    heading: word,
    lead: word,
    token: word,
    button: word,
    unknown: word,
    notCustomer: word,
    tooMany: word,
    foreign: word,
  }),
  signOut: word,
  jobs: word,
  noJobs: word,
  moreJobs: word,
  firstJobs: word,
  subscription: word,
  type: z.strictObject({ Import: word, Export: word }),
  percent: word,
  cancelRequested: word,
  sentIn: word,
  sentBack: word,
  drives: word,
  drive: word,
  state: word,
  progress: word,
  bytes: word,
  logs: word,
  noDrives: word,
  errorLog: word,
  verboseLog: word,
  manifest: word,
  noLogs: word,
  incomplete: word,
  asOf: word,
  jobState: z.record(z.enum(JOB_STATES), word),
  driveState: z.record(z.enum(DRIVE_STATES), word),
})
export type Words = z.infer<typeof words>

const LOCALES = new URL('../../../assets/locales/', import.meta.url)

/** The page's words in every language; a word that is missing ends the start, not the reading. */
export function readWords(): ReadonlyMap<Language, Words> {
  return new Map(
    LANGUAGES.map((language) => [
      language,
      words.parse(JSON.parse(readFileSync(new URL(`${language}/page.json`, LOCALES), 'utf8'))),
    ]),
  )
}

/** Puts values into the places of a sentence. */
export function say(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** The first language a browser names (`Accept-Language`, RFC 9110) that there are words for; English otherwise. */
export function preferred(accepted: string | undefined): Language {
  const asked = (accepted ?? '')
    .split(',')
    .map((one, order) => {
      const [tag = '', ...parameters] = one.trim().toLowerCase().split(';')
      const weight = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined)
      return { language: tag.split('-', 1)[0], weight: weight === undefined ? 1 : Number(weight), order }
    })
    .sort((a, b) => b.weight - a.weight || a.order - b.order)
  for (const { language, weight } of asked) if (weight > 0 && isLanguage(language)) return language
  return 'en'
}

export const isLanguage = (text: unknown): text is Language => LANGUAGES.some((one) => one === text)
