import { useId, useState } from 'react'
import type { CallArgs, TopicState } from '../../../src/contract/screen.ts'
import type { CallOutcome } from '../../connection/connect.ts'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Outside, Serial } from '../../parts/serial.tsx'
import { newScanId } from '../../system/ids.ts'
import { useWords, type Words } from '../../words/use-words.ts'
import type { Case } from './due.ts'

type Deed = Case['deeds'][number]
type Details = Omit<CallArgs<'deed.do'>, 'scan' | 'command' | 'case'>

interface CaseViewProps {
  readonly one: Case
  readonly second: TopicState<'cases'>['second']
  readonly onClose: () => void
}

/** One case, worked: whom to ask, what was done, and what can be done now. Each button is a barcode of the command sheet. */
export function CaseView({ one, second, onClose }: CaseViewProps) {
  const words = useWords()
  const { t, named } = words
  const connection = useConnection()
  const [said, setSaid] = useState('')
  const [count, setCount] = useState('')
  const [answer, setAnswer] = useState<CallOutcome<'deed.do'>>()
  const saidId = useId()
  const countId = useId()
  const act = (deed: string, more: Details = {}) => {
    const counted = /^\d{1,4}$/.test(count) ? { count: Number(count) } : {}
    const spoken = said.trim() === '' ? {} : { words: said.trim() }
    void connection
      .call('deed.do', { scan: newScanId(), command: deed, case: one.id, ...spoken, ...counted, ...more })
      .then((outcome) => {
        setAnswer(outcome)
        if (outcome.ok && outcome.answer.verdict !== 'refused') {
          setSaid('')
          setCount('')
        }
      })
  }
  return (
    <section
      className="card case-view"
      aria-label={named('cases.reason', one.reason) ?? t('cases.unknownReason')}
    >
      <div className="card-head">
        <h2>{named('cases.reason', one.reason) ?? t('cases.unknownReason')}</h2>
        <Button kind="quiet" onPress={onClose}>
          {t('cases.close')}
        </Button>
      </div>
      <p className="case-about">
        {one.drive !== undefined && <Serial text={one.drive} />}
        {one.job !== undefined && <Outside text={one.job} />}
        {one.arrival !== undefined && <Outside text={one.arrival} />}
      </p>
      {one.contact !== undefined && (
        <p>
          {t('cases.ask')}{' '}
          <Outside text={`${one.contact.name} · ${one.contact.phone} · ${one.contact.email}`} />
        </p>
      )}
      {second?.case === one.id && (
        <p className="case-second" role="status">
          {t('cases.secondWanted')}
        </p>
      )}
      <p className="setting-answer" role="status">
        {answer !== undefined && answerWords(answer, words)}
      </p>
      <div className="case-forms">
        <label htmlFor={saidId}>{t('cases.said')}</label>
        <textarea
          id={saidId}
          value={said}
          rows={2}
          maxLength={4_000}
          onChange={(event) => setSaid(event.target.value)}
        />
        <label htmlFor={countId}>{t('cases.counted')}</label>
        <input
          id={countId}
          inputMode="numeric"
          value={count}
          onChange={(event) => setCount(event.target.value)}
        />
      </div>
      <ul className="deeds">
        {one.deeds.map((deed) => (
          <DeedButton key={deed.deed} deed={deed} one={one} words={words} act={act} />
        ))}
      </ul>
      <Log one={one} words={words} />
    </section>
  )
}

interface DeedButtonProps {
  readonly deed: Deed
  readonly one: Case
  readonly words: Words
  readonly act: (deed: string, more?: Details) => void
}

function DeedButton({ deed: { deed, who, fromAt, wants }, one, words, act }: DeedButtonProps) {
  const { t, named, formats } = words
  const name = named('cases.deed', deed) ?? deed
  if (wants === 'job')
    return one.jobs.map((job) => (
      <li key={job.id}>
        <Button command={deed} onPress={() => act(deed, { job: job.id })}>
          {t('cases.homeWith', { job: job.name })}
        </Button>
      </li>
    ))
  const why =
    fromAt !== undefined
      ? t('cases.fromDay', { day: formats.day(fromAt) })
      : wants === 'ask-first'
        ? t('cases.askFirst')
        : wants === 'count'
          ? t('cases.countFirst')
          : who === 'two'
            ? t('cases.takesTwo')
            : who === 'supervisor'
              ? t('cases.supervisor')
              : undefined
  return (
    <li>
      <Button command={deed} onPress={() => act(deed)} disabled={fromAt !== undefined}>
        {name}
      </Button>
      {why !== undefined && <small>{why}</small>}
    </li>
  )
}

function Log({ one, words: { t, named, formats } }: { readonly one: Case; readonly words: Words }) {
  if (one.log.length === 0) return <p>{t('cases.logEmpty')}</p>
  return (
    <ol className="case-log" aria-label={t('cases.log')}>
      {one.log.map((note) => (
        <li key={`${note.at}-${note.did}-${note.words ?? ''}`}>
          <time>{`${formats.day(note.at)} ${formats.time(note.at)}`}</time>{' '}
          <b>
            {named('cases.did', note.how === undefined ? note.did : `${note.did}-${note.how}`) ?? note.did}
          </b>{' '}
          <Outside text={note.second === undefined ? note.by : `${note.by} + ${note.second}`} />
          {note.count !== undefined && ` · ${t('cases.countOf', { count: note.count })}`}
          {note.words !== undefined && (
            <p>
              <Outside text={note.words} />
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}

function answerWords(outcome: CallOutcome<'deed.do'>, { speak, named, t }: Words): string {
  if (outcome.ok) return `${speak('say', outcome.answer.say)} ${speak('next', outcome.answer.next)}`
  const { code, sentence } = outcome.failure
  return sentence === '' ? (named('failure', code) ?? t('failure.unknown', { code })) : sentence
}
