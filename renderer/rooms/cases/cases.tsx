import { useState } from 'react'
import { useNow, useTopic } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Meter } from '../../parts/meter.tsx'
import { Code, Outside, Serial } from '../../parts/serial.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { CaseView } from './case-view.tsx'
import { byDeadline, type Case, spentOf, type Urgency, urgencyOf } from './due.ts'

const MINUTE_MS = 60_000
const URGENCIES = ['late', 'today', 'week', 'later'] as const

/** What needs a person, by deadline only. */
export function Cases() {
  const { t } = useWords()
  const told = useTopic('cases')
  const now = useNow(MINUTE_MS)
  const [open, setOpen] = useState<string>()
  if (told === undefined) return <Empty title={t('ready.asking')} means={t('cases.emptyMeans')} />
  const cases = byDeadline(told.cases)
  if (cases.length === 0) return <Empty title={t('cases.emptyTitle')} means={t('cases.emptyMeans')} />
  const shown = cases.find(({ id }) => id === open)
  if (shown !== undefined)
    return <CaseView key={shown.id} one={shown} second={told.second} onClose={() => setOpen(undefined)} />
  const of = (urgency: Urgency) => cases.filter((one) => urgencyOf(one, now) === urgency).length
  return (
    <div className="cases">
      <ul className="tally">
        {URGENCIES.map((urgency) => (
          <li key={urgency} className="card">
            <b>{of(urgency)}</b>
            {t(`cases.${urgency}`)}
            {of(urgency) > 0 && <UrgencyShape urgency={urgency} size="large" />}
          </li>
        ))}
      </ul>
      <section
        className="card board"
        aria-label={t('room.cases')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t('cases.due')}</th>
              <th scope="col">{t('cases.what')}</th>
              <th scope="col">{t('cases.owner')}</th>
              <th scope="col">{t('cases.next')}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map((one) => (
              <CaseRow key={one.id} one={one} now={now} onOpen={() => setOpen(one.id)} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

interface CaseRowProps {
  readonly one: Case
  readonly now: number
  readonly onOpen: () => void
}

function CaseRow({ one, now, onOpen }: CaseRowProps) {
  const words = useWords()
  const { t, named } = words
  return (
    <tr>
      <td>
        <Due one={one} now={now} words={words} />
      </td>
      <td>
        <b className="case-reason">{named('cases.reason', one.reason) ?? t('cases.unknownReason')}</b>
        <p className="case-about">
          <Code text={one.reason} />
          {one.drive !== undefined && <Serial text={one.drive} />}
          {one.job !== undefined && <Outside text={one.job} />}
          {one.arrival !== undefined && <Outside text={one.arrival} />}
        </p>
      </td>
      <td>
        <Owner one={one} words={words} />
      </td>
      <td className="case-next">
        {named('cases.step', one.reason) ?? t('cases.unknownStep')}
        <Button onPress={onOpen}>{t('cases.work')}</Button>
      </td>
    </tr>
  )
}

interface PartProps {
  readonly one: Case
  readonly words: Words
}

function Owner({ one: { owner, state }, words: { t } }: PartProps) {
  return (
    <p className={owner === undefined ? 'owner owner-none' : 'owner'}>
      <i aria-hidden="true">{owner === undefined ? '?' : initialsOf(owner)}</i>
      <span>
        <Outside text={owner ?? t('cases.nobody')} />
        {state === 'waiting' && <small>{t('cases.waiting')}</small>}
      </span>
    </p>
  )
}

function Due({ one, now, words: { t, formats } }: PartProps & { readonly now: number }) {
  const urgency = urgencyOf(one, now)
  const spent = spentOf(one, now)
  const { dueAt = now, openedAt } = one
  const time = formats.time(dueAt)
  const [head, detail] =
    spent === undefined
      ? [t('cases.noDue'), t('cases.openFor', { duration: formats.duration(now - openedAt) })]
      : urgency === 'late'
        ? [t('cases.lateBy', { duration: formats.duration(now - dueAt) }), t('cases.wasDue', { time })]
        : urgency === 'today'
          ? [t('cases.todayAt', { time }), t('cases.dueIn', { duration: formats.duration(dueAt - now) })]
          : [formats.day(dueAt), t('cases.dayOf', { day: spent.day, days: spent.days })]
  const meters = { late: 'stop', today: 'attention', week: 'work', later: 'work' } as const
  return (
    <div className="due">
      <span>
        <UrgencyShape urgency={urgency} size="mark" />
      </span>
      <b>{head}</b>
      <span className="due-detail">{detail}</span>
      {spent !== undefined && <Meter percent={spent.percent} kind={meters[urgency]} />}
    </div>
  )
}

function UrgencyShape({ urgency, size }: { readonly urgency: Urgency; readonly size: 'mark' | 'large' }) {
  if (urgency === 'late') return <Shape family="stop" glyph="cross" size={size} />
  return urgency === 'today' ? <Shape family="attention" glyph="exclamation" size={size} /> : null
}

function initialsOf(name: string): string {
  const [first = '', ...rest] = visible(name).trim().split(/\s+/)
  return `${[...first][0] ?? ''}${[...(rest.at(-1) ?? '')][0] ?? ''}`.toUpperCase()
}
