import { useState } from 'react'
import { PRACTICE_FAULTS, type TopicState } from '../../src/contract/screen.ts'
import { Button } from '../parts/button.tsx'
import type { Hands } from './practice-dock.tsx'
import { usePracticeWords } from './use-practice-words.ts'

type Drive = TopicState<'practice'>['drives'][number]

interface FaultsProps {
  readonly drives: readonly Drive[]
  readonly hands: Hands
}

/** What can go wrong: a drive is chosen first, then what is wrong with it. The chosen one keeps its choice until another is. */
export function Faults({ drives, hands }: FaultsProps) {
  const { t } = usePracticeWords()
  const [chosen, setChosen] = useState<string>()
  const drive = drives.find((one) => one.drive === chosen)
  if (drive === undefined)
    return (
      <ul>
        {drives.map((one) => (
          <li key={one.drive}>
            <Button label={t('faultOf', shown(one))} onPress={() => setChosen(one.drive)}>
              <bdi className="practice-code">{one.drive.slice(-4)}</bdi> {t(`fault.${one.fault}`)}
            </Button>
          </li>
        ))}
      </ul>
    )
  return (
    <>
      <Button icon="undo" onPress={() => setChosen(undefined)}>
        <bdi className="practice-code">{drive.drive.slice(-4)}</bdi> {t('otherDrive')}
      </Button>
      <ul>
        {PRACTICE_FAULTS.map((kind) => (
          <li key={kind}>
            <Button
              kind={kind === drive.fault ? 'main' : 'plain'}
              label={t('makeFault', { drive: drive.drive, fault: t(`fault.${kind}`) })}
              onPress={() => hands.fault(drive.drive, kind)}
            >
              {t(`fault.${kind}`)}
            </Button>
          </li>
        ))}
      </ul>
    </>
  )

  function shown(one: Drive) {
    return { drive: one.drive, fault: t(`fault.${one.fault}`) }
  }
}
