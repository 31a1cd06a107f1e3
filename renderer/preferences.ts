/** What the person chose about this window, and how to choose otherwise. */
import { createContext, useContext } from 'react'
import type { Appearance } from './system/preferences.ts'

export interface Preferences {
  readonly appearance: Appearance
  readonly choose: (appearance: Appearance) => void
  readonly language: string
  readonly speak: (language: string) => void
}

export const PreferencesContext = createContext<Preferences | undefined>(undefined)

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext)
  if (preferences === undefined) throw new Error('A room stands outside PreferencesContext.')
  return preferences
}
