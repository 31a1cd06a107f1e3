/** The practice dock's words: beside the window's own, in the language of the person. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Sentence } from '../../src/contract/screen.ts'
import type { Values } from '../words/key.ts'
import { visible } from '../words/visible.ts'

const texts = import.meta.glob<object>('../../assets/locales/*/practice.json', {
  eager: true,
  import: 'default',
})

const NAMESPACE = 'practice'

export interface PracticeWords {
  readonly t: (key: string, values?: Values) => string
  /** A step or a label by the engine's name; one without words shows its name, never nothing. */
  readonly speak: (part: 'step' | 'label', sentence: Sentence) => string
}

export function usePracticeWords(): PracticeWords {
  const { i18n } = useTranslation()
  const { language } = i18n
  return useMemo(() => {
    for (const [path, words] of Object.entries(texts)) {
      const code = path.split('/').at(-2) ?? ''
      if (!i18n.hasResourceBundle(code, NAMESPACE)) i18n.addResourceBundle(code, NAMESPACE, words)
    }
    const say = (key: string, values: Values = {}): string =>
      i18n.t(key, { ...safe(values), ns: NAMESPACE, lng: language })
    return {
      t: say,
      speak: (part, { name, facts }) => {
        const key = `${part}.${name}`
        return /^[\w-]+$/.test(name) && i18n.exists(key, { ns: NAMESPACE }) ? say(key, facts) : visible(name)
      },
    }
  }, [i18n, language])
}

function safe(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value]),
  )
}
