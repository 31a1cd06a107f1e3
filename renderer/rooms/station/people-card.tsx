import { useId, useState } from 'react'
import type { TopicState } from '../../../src/contract/screen.ts'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Outside } from '../../parts/serial.tsx'
import { newScanId } from '../../system/ids.ts'
import { useWords } from '../../words/use-words.ts'
import { Pairs, SettingCard } from './setting-card.tsx'

/** Who is signed in, and the PIN of a supervisor. */
interface PeopleCardProps {
  readonly person: string
  readonly role: TopicState<'station'>['role']
}

export function PeopleCard({ person, role }: PeopleCardProps) {
  const { t, speak } = useWords()
  const connection = useConnection()
  const [pin, setPin] = useState('')
  const [answer, setAnswer] = useState('')
  const pinId = useId()
  const give = () => {
    if (!/^\d{4,12}$/.test(pin)) return setAnswer(t('people.pinShape'))
    setPin('')
    void connection.call('person.pin', { scan: newScanId(), pin }).then((outcome) => {
      setAnswer(outcome.ok ? speak('say', outcome.answer.say) : outcome.failure.sentence)
    })
  }
  return (
    <SettingCard title={t('people.title')}>
      <Pairs
        pairs={[
          [t('station.person'), <Outside key="person" text={person || t('frame.nobody')} />],
          ...(role === undefined ? [] : [[t('people.role'), t(`people.${role}`)] as const]),
        ]}
      />
      <p>{t('people.how')}</p>
      <form
        className="pin"
        onSubmit={(event) => {
          event.preventDefault()
          give()
        }}
      >
        <label htmlFor={pinId}>{t('people.pin')}</label>
        <input
          id={pinId}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          value={pin}
          onChange={(event) => setPin(event.target.value)}
        />
        <Button onPress={give}>{t('people.give')}</Button>
      </form>
      <p className="setting-answer" role="status">
        {answer}
      </p>
      <footer>
        <Button command="TD-HANDOVER" onPress={() => connection.submitScan('TD-HANDOVER')}>
          {t('people.handOver')}
        </Button>
        <Button command="TD-SIGNOUT" onPress={() => connection.submitScan('TD-SIGNOUT')}>
          {t('people.signOut')}
        </Button>
      </footer>
    </SettingCard>
  )
}
