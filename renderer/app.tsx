import type { i18n } from 'i18next'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { I18nextProvider } from 'react-i18next'
import { EngineContext, type EngineOfPage, useTopic } from './engine.ts'
import { Frame } from './frame/frame.tsx'
import { usePlace } from './frame/room.ts'
import { PracticeDock } from './practice/practice-dock.tsx'
import { type Preferences, PreferencesContext } from './preferences.ts'
import { Bays } from './rooms/bays/bays.tsx'
import { Cases } from './rooms/cases/cases.tsx'
import { Jobs } from './rooms/jobs/jobs.tsx'
import { Journal } from './rooms/journal/journal.tsx'
import { Receive } from './rooms/receive/receive.tsx'
import { ShipBack } from './rooms/ship-back/ship-back.tsx'
import { Station } from './rooms/station/station.tsx'
import { keepAppearance, keepLanguage, readAppearance, readLanguage } from './system/preferences.ts'
import { languageOf } from './words/languages.ts'

interface AppProps {
  readonly engine: EngineOfPage
  readonly words: i18n
}

export function App({ engine, words }: AppProps) {
  return (
    <EngineContext value={engine}>
      <I18nextProvider i18n={words}>
        <Chosen words={words}>
          <Rooms />
          <PracticeDock />
        </Chosen>
      </I18nextProvider>
    </EngineContext>
  )
}

function Rooms() {
  const { room, job } = usePlace()
  return <Frame room={room}>{roomOf(room, job)}</Frame>
}

function roomOf(room: ReturnType<typeof usePlace>['room'], job: string | undefined): ReactNode {
  switch (room) {
    case 'receive':
      return <Receive />
    case 'bays':
      return <Bays />
    case 'ship-back':
      return <ShipBack />
    case 'cases':
      return <Cases />
    case 'jobs':
      return <Jobs open={job} />
    case 'journal':
      return <Journal />
    case 'station':
      return <Station />
  }
}

/** Light or dark, and the language of whoever is signed in: both change at once. */
function Chosen({ words, children }: { readonly words: i18n; readonly children: ReactNode }) {
  const person = useTopic('station')?.person ?? ''
  const [appearance, setAppearance] = useState(readAppearance)
  const [language, setLanguage] = useState(words.language)
  useEffect(() => {
    document.documentElement.dataset.appearance = appearance
  }, [appearance])
  useEffect(() => {
    const kept = readLanguage(person)
    if (kept !== undefined) setLanguage(languageOf(kept).code)
  }, [person])
  useEffect(() => {
    document.documentElement.lang = languageOf(language).tag
    void words.changeLanguage(language)
  }, [words, language])
  const preferences = useMemo<Preferences>(
    () => ({
      appearance,
      choose(chosen) {
        keepAppearance(chosen)
        setAppearance(chosen)
      },
      language,
      speak(code) {
        keepLanguage(person, code)
        setLanguage(code)
      },
    }),
    [appearance, language, person],
  )
  return (
    <PreferencesContext value={preferences}>
      <I18nProvider locale={languageOf(language).tag}>{children}</I18nProvider>
    </PreferencesContext>
  )
}
