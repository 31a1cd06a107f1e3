import { readFileSync } from 'node:fs'
import type { LabelTexts } from '../labels/texts.ts'

/** Languages that papers are printed in: those that have words for them. */
const PAPER_LANGUAGES = ['en', 'nl', 'sv', 'fr'] as const
export type PaperLanguage = (typeof PAPER_LANGUAGES)[number]

const LOCALES = new URL('../../assets/locales/', import.meta.url)

export function readLabelTexts(language: PaperLanguage): LabelTexts {
  return JSON.parse(readFileSync(new URL(`${language}/labels.json`, LOCALES), 'utf8')) as LabelTexts
}
