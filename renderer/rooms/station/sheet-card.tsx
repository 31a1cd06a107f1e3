import { useState } from 'react'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { languages } from '../../words/languages.ts'
import { useWords } from '../../words/use-words.ts'
import { SettingCard } from './setting-card.tsx'

const PAPER_LANGUAGES = ['en', 'nl', 'sv', 'fr'] as const

/** The command sheet, on office paper, in any language. */
export function SheetCard() {
  const { t, trouble } = useWords()
  const connection = useConnection()
  const [answer, setAnswer] = useState('')
  const print = (language: (typeof PAPER_LANGUAGES)[number]) => {
    setAnswer(t('station.testing'))
    void connection.call('paper.print', { paper: 'command-sheet', language }).then((outcome) => {
      if (!outcome.ok) return setAnswer(trouble(outcome.failure.sentence))
      const { state, where } = outcome.answer
      setAnswer(t(state === 'sent' ? 'station.testSent' : 'station.testConfirmed', { where }))
    })
  }
  return (
    <SettingCard title={t('sheet.title')}>
      <p className="setting-lead">{t('sheet.lead')}</p>
      <p className="setting-answer" role="status">
        {answer}
      </p>
      <footer>
        {PAPER_LANGUAGES.map((code) => {
          const language = languages.find((one) => one.code === code)
          return language === undefined ? null : (
            <Button key={code} onPress={() => print(code)}>
              <span lang={language.tag}>{language.name}</span>
            </Button>
          )
        })}
      </footer>
    </SettingCard>
  )
}
