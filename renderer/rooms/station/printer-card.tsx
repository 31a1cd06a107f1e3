import { useState } from 'react'
import type { CallAnswer, TopicState } from '../../../src/contract/screen.ts'
import type { CallOutcome } from '../../connection/connect.ts'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Outside } from '../../parts/serial.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { Pairs, SettingCard } from './setting-card.tsx'

type Test = 'none' | 'printing' | CallOutcome<'printer.test'>

export function PrinterCard({ printer }: Pick<TopicState<'station'>, 'printer'>) {
  const words = useWords()
  const { t, trouble } = words
  const connection = useConnection()
  const [test, setTest] = useState<Test>('none')
  const print = () => {
    // The button stays as it is: a button that is switched off loses the focus of a keyboard.
    if (test === 'printing') return
    setTest('printing')
    void connection.call('printer.test', {}).then(setTest)
  }
  return (
    <SettingCard
      title={t('station.printer')}
      state={{
        mark: printer.ready ? 'good' : 'trouble',
        words: t(printer.ready ? 'station.ready' : 'station.notReady'),
      }}
    >
      <Pairs pairs={[[t('station.name'), <Outside key="name" text={printer.name || t('station.none')} />]]} />
      {printer.trouble !== undefined && <p className="setting-trouble">{trouble(printer.trouble)}</p>}
      <p className="setting-answer" role="status">
        {testWords(test, words)}
      </p>
      <footer>
        <Button onPress={print}>{t('station.test')}</Button>
      </footer>
    </SettingCard>
  )
}

function testWords(test: Test, { t, named, trouble }: Words): string {
  if (test === 'none') return ''
  if (test === 'printing') return t('station.testing')
  if (test.ok) return answerWords(test.answer, t)
  const { code, sentence } = test.failure
  return sentence === '' ? (named('failure', code) ?? t('failure.unknown', { code })) : trouble(sentence)
}

function answerWords({ state, where }: CallAnswer<'printer.test'>, t: Words['t']): string {
  return t(state === 'sent' ? 'station.testSent' : 'station.testConfirmed', { where })
}
