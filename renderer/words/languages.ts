/**
 * The languages of the window. A folder of `assets/locales` that has a `window.json` and a `verdicts.json` is a language;
 * nothing else has to be told.
 */
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'

interface WindowWords {
  readonly language: { readonly name: string; readonly tag: string }
}

const windows = import.meta.glob<WindowWords>('../../assets/locales/*/window.json', {
  eager: true,
  import: 'default',
})
const verdicts = import.meta.glob<object>('../../assets/locales/*/verdicts.json', {
  eager: true,
  import: 'default',
})

export interface Language {
  /** Name of its folder. */
  readonly code: string
  /** As its speakers call it. */
  readonly name: string
  /** BCP 47: how numbers and dates are written. */
  readonly tag: string
}

const FALLBACK = 'en'

const codeOf = (path: string) => path.split('/').at(-2) ?? FALLBACK

export const languages: readonly Language[] = Object.entries(windows).map(([path, { language }]) => ({
  code: codeOf(path),
  ...language,
}))

export function languageOf(code: string): Language {
  const found = languages.find((one) => one.code === code)
  return found ?? { code: FALLBACK, name: FALLBACK, tag: FALLBACK }
}

/** All languages are in the bundle, so that one can be chosen at once and without a network. */
export function createWords(): i18n {
  const words = i18next.createInstance()
  const resources = Object.fromEntries(
    languages.map(({ code }) => [
      code,
      {
        window: windows[`../../assets/locales/${code}/window.json`] ?? {},
        verdicts: verdicts[`../../assets/locales/${code}/verdicts.json`] ?? {},
      },
    ]),
  )
  void words.use(initReactI18next).init({
    resources,
    lng: FALLBACK,
    fallbackLng: FALLBACK,
    defaultNS: 'window',
    ns: ['window', 'verdicts'],
    initAsync: false,
    // React escapes; escaping twice would show the escapes.
    interpolation: { escapeValue: false },
  })
  return words
}
