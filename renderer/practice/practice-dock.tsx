/**
 * Hands for a practice dock: the next step of the first package in the frame's upper edge, and a drawer with every code
 * that can be scanned. A pressed code takes the way of every scan; no verdict comes from here.
 */
import { useState } from 'react'
import type { TopicState } from '../../src/contract/screen.ts'
import type { CallOutcome } from '../connection/connect.ts'
import { useConnection, useTopic } from '../engine.ts'
import './practice.css'
import { CodeDrawer } from './code-drawer.tsx'
import { Guide } from './guide.tsx'
import { usePracticeWords } from './use-practice-words.ts'

type Practice = TopicState<'practice'>

/** What hands can do here. */
export interface Hands {
  readonly scan: (text: string) => void
  readonly plug: (drive: string, bay: string) => void
  readonly unplug: (bay: string) => void
  readonly fault: (drive: string, kind: Practice['drives'][number]['fault']) => void
  readonly reset: () => void
}

export function PracticeDock() {
  const isPractice = useTopic('station')?.practice ?? false
  const practice = useTopic('practice')
  return isPractice && practice !== undefined ? <Dock practice={practice} /> : null
}

function Dock({ practice }: { readonly practice: Practice }) {
  const { t } = usePracticeWords()
  const connection = useConnection()
  const [open, setOpen] = useState(false)
  const [isMaking, setMaking] = useState(false)
  const [failed, setFailed] = useState<string>()
  const told = (outcome: CallOutcome<'practice.plug'>) =>
    setFailed(outcome.ok ? undefined : outcome.failure.code)
  const hands: Hands = {
    scan: connection.submitScan,
    plug: (drive, bay) => void connection.call('practice.plug', { drive, bay }).then(told),
    unplug: (bay) => void connection.call('practice.unplug', { bay }).then(told),
    fault: (drive, kind) => void connection.call('practice.fault', { drive, kind }).then(told),
    reset() {
      setMaking(true)
      void connection.call('practice.reset', {}).then((outcome) => {
        setMaking(false)
        told(outcome)
      })
    },
  }
  return (
    <>
      <Guide lesson={practice.lesson} hands={hands} open={open} toggle={() => setOpen(!open)} />
      {open && (
        <CodeDrawer
          practice={practice}
          hands={hands}
          isMaking={isMaking}
          trouble={failed === undefined ? undefined : t('failed', { code: failed })}
        />
      )}
    </>
  )
}
