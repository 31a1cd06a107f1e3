import { type ReactNode, useState } from 'react'
import type { TopicState } from '../../src/contract/screen.ts'
import { Button } from '../parts/button.tsx'
import { Faults } from './fault-buttons.tsx'
import type { Hands } from './practice-dock.tsx'
import { usePracticeWords } from './use-practice-words.ts'

type Practice = TopicState<'practice'>
type Code = Practice['codes'][number]
type Drive = Practice['drives'][number]

interface DrawerProps {
  readonly practice: Practice
  readonly hands: Hands
  readonly isMaking: boolean
  readonly trouble: string | undefined
}

/** The virtual scanner: every code that lies on the bench, and the drives with the bays they go into. */
export function CodeDrawer({ practice, hands, isMaking, trouble }: DrawerProps) {
  const { t } = usePracticeWords()
  const of = (group: Code['group']) => practice.codes.filter((code) => code.group === group)
  const [faults, setFaults] = useState(false)
  // A drive of no job is never copied: nothing can go wrong with it.
  const copied = new Set(of('drives').flatMap(({ text, label }) => (label.name === 'drive-of' ? text : [])))
  return (
    <section className="practice-drawer" aria-label={t('tray')}>
      <Group name="boxes">
        <Codes codes={of('boxes')} hands={hands} />
        <Button icon="box" disabled={isMaking} onPress={hands.reset}>
          {isMaking ? t('making') : t('reset')}
        </Button>
      </Group>
      {faults ? (
        <Group name="faults">
          <Faults drives={practice.drives.filter(({ drive }) => copied.has(drive))} hands={hands} />
        </Group>
      ) : (
        <Group name="drives">
          <ul className="practice-drive-list">
            {of('drives').map((code) => (
              <li key={code.text}>
                <CodeButton code={code} hands={hands} />
                <PlugButton drive={practice.drives.find(({ drive }) => drive === code.text)} hands={hands} />
              </li>
            ))}
          </ul>
        </Group>
      )}
      <Group name="bays">
        <Codes codes={of('bays')} hands={hands} />
      </Group>
      <Group name="commands">
        <Codes codes={of('commands')} hands={hands} />
      </Group>
      <div className="practice-home">
        {(['labels', 'carriers'] as const).map((group) => (
          <Group key={group} name={group}>
            {of(group).length === 0 ? <p>{t(`none.${group}`)}</p> : <Codes codes={of(group)} hands={hands} />}
          </Group>
        ))}
        <Button icon={faults ? 'shelf' : 'hand'} onPress={() => setFaults(!faults)}>
          {t(faults ? 'group.drives' : 'group.faults')}
        </Button>
      </div>
      <p className="practice-hint" role="status">
        {trouble ?? t('hint')}
      </p>
    </section>
  )
}

function Group({
  name,
  children,
}: {
  readonly name: Code['group'] | 'faults'
  readonly children: ReactNode
}) {
  const { t } = usePracticeWords()
  return (
    <div className={`practice-group practice-${name}`}>
      <h2>{t(`group.${name}`)}</h2>
      {children}
    </div>
  )
}

function Codes({ codes, hands }: { readonly codes: readonly Code[]; readonly hands: Hands }) {
  return (
    <ul>
      {codes.map((code) => (
        <li key={code.text}>
          <CodeButton code={code} hands={hands} />
        </li>
      ))}
    </ul>
  )
}

function CodeButton({ code, hands }: { readonly code: Code; readonly hands: Hands }) {
  const { speak } = usePracticeWords()
  return (
    <Button command={code.text} onPress={() => hands.scan(code.text)}>
      {speak('label', code.label)}
    </Button>
  )
}

function PlugButton({ drive, hands }: { readonly drive: Drive | undefined; readonly hands: Hands }) {
  const { t } = usePracticeWords()
  if (drive === undefined) return null
  const { drive: serial, plugged, bay } = drive
  if (plugged !== undefined)
    return (
      <Button
        kind="main"
        label={t('unplugIt', { drive: serial, bay: plugged })}
        onPress={() => hands.unplug(plugged)}
      >
        {t('unplug', { bay: plugged })}
      </Button>
    )
  if (bay === undefined)
    return (
      <Button disabled onPress={() => undefined}>
        {t('full')}
      </Button>
    )
  return (
    <Button label={t('plugIt', { drive: serial, bay })} onPress={() => hands.plug(serial, bay)}>
      {t('plug', { bay })}
    </Button>
  )
}
