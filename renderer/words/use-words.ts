import type { i18n } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Sentence } from '../../src/contract/screen.ts'
import { type Formats, formatsOf } from './formats.ts'
import type { Key, Values } from './key.ts'
import { languageOf } from './languages.ts'
import { visible } from './visible.ts'

/** How a room speaks: in the language of the person, with values from outside made safe to show. */
export interface Words {
  readonly t: (key: Key, values?: Values) => string
  /** The text under a name that the engine gave; undefined when this window has none. */
  readonly named: (family: Family, name: string, values?: Values) => string | undefined
  /** A sentence of a verdict. One that this window has no words for shows its name, never nothing. */
  readonly speak: (part: 'say' | 'next', sentence: Sentence) => string
  /** What the engine says is in the way, whether it calls a reason or a whole sentence. */
  readonly trouble: (text: string) => string
  /** Where a drive lies: a letter is a tray, a number a bay, codes are shelves and states; anything else is said as it came. */
  readonly place: (place: string) => string
  readonly formats: Formats
}

/** Families of texts whose names come from the engine. */
type Family =
  | 'cases.reason'
  | 'cases.step'
  | 'story'
  | 'jobs.move'
  | 'jobs.identity'
  | 'jobs.health'
  | 'cases.deed'
  | 'cases.did'
  | 'bays.next'
  | 'failure'
  | 'trouble'
  | 'place'

/** Places that the engine names by a code. */
const PLACES: ReadonlySet<string> = new Set([
  'hold',
  'held',
  'extra',
  'packed',
  'gone',
  'away',
  'lost',
  'destroyed',
])

export function useWords(): Words {
  const { i18n } = useTranslation()
  const code = i18n.language
  return useMemo(() => wordsIn(i18n, languageOf(code).tag), [i18n, code])
}

function wordsIn(i18n: i18n, tag: string): Words {
  const say = (key: string, values: Values = {}): string => i18n.t(key, safe(values)) as string
  const t: Words['t'] = (key, values) => say(key, values)
  const named: Words['named'] = (family, name, values) => {
    const key = `${family}.${name}`
    return /^[\w-]+$/.test(name) && i18n.exists(key) ? say(key, values) : undefined
  }
  const place: Words['place'] = (name) => {
    const bay = /^(?:bay )?(\d+)$/.exec(name)?.[1] ?? /^bay (.+)$/.exec(name)?.[1]
    if (bay !== undefined) return t('place.bay', { name: bay })
    if (/^[A-Z]$/.test(name)) return t('place.tray', { name })
    return PLACES.has(name.toLowerCase()) ? (named('place', name.toLowerCase()) ?? name) : visible(name)
  }
  return {
    t,
    named,
    place,
    trouble: (text) => named('trouble', text) ?? named('cases.reason', text) ?? visible(text),
    formats: formatsOf(tag),
    speak(part, { name, facts }) {
      const key = `verdicts:${part}.${name}`
      if (!/^[\w-]+$/.test(name) || !i18n.exists(key)) return visible(name)
      const { place: where, reason } = facts
      return say(key, {
        ...facts,
        ...(typeof where === 'string' ? { place: place(where) } : {}),
        ...(typeof reason === 'string'
          ? { reason: (named('cases.reason', reason) ?? reason).replace(/\.$/, '') }
          : {}),
      })
    },
  }
}

function safe(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value]),
  )
}
