/** What a person chose about this window, kept on this machine. */

export type Appearance = 'system' | 'light' | 'dark'

const APPEARANCE = 'tallydock.appearance'
const language = (person: string) => `tallydock.language.${person}`

export function readAppearance(): Appearance {
  const kept = localStorage.getItem(APPEARANCE)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function keepAppearance(appearance: Appearance): void {
  localStorage.setItem(APPEARANCE, appearance)
}

/** Languages follow the badge: each person has one. */
export function readLanguage(person: string): string | undefined {
  return localStorage.getItem(language(person)) ?? undefined
}

export function keepLanguage(person: string, code: string): void {
  localStorage.setItem(language(person), code)
}
