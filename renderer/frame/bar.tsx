import type { TopicState } from '../../src/contract/screen.ts'
import { useNow, useTopic } from '../engine.ts'
import { CheckMark } from '../parts/check-mark.tsx'
import { Icon } from '../parts/icon.tsx'
import { Outside } from '../parts/serial.tsx'
import { useWords, type Words } from '../words/use-words.ts'
import { visible } from '../words/visible.ts'
import type { Room } from './room.ts'

const MINUTE_MS = 60_000

/** One line above every room: what the station is doing, who it is, who is there, where data goes, what is unsent. */
export function Bar({ room }: { readonly room: Room }) {
  const words = useWords()
  const { t, formats } = words
  const station = useTopic('station')
  const now = useNow(MINUTE_MS)
  return (
    <header className="bar">
      <h1>{t(`room.${room}`)}</h1>
      <ActiveWork />
      <ul aria-label={t('frame.details')}>
        {station !== undefined && <StationDetails station={station} words={words} />}
        <li className="bar-clock">{formats.time(now)}</li>
      </ul>
    </header>
  )
}

function StationDetails({
  station,
  words,
}: {
  readonly station: TopicState<'station'>
  readonly words: Words
}) {
  const { t } = words
  const { storage } = station
  const name = visible(station.station)
  return (
    <>
      <li>
        <Icon name="station" />
        <bdi>{station.practice ? t('frame.practiceStation', { station: name }) : name}</bdi>
      </li>
      <li>
        <Icon name="person" />
        <Outside text={station.person === '' ? t('frame.nobody') : station.person} />
      </li>
      <li>
        {storage.ready ? <Icon name="storage" /> : <CheckMark state="trouble" />}
        <bdi>{storageWords(storage, words)}</bdi>
      </li>
      <li>
        <Icon name="unsent" />
        {t('frame.unsent', { count: station.unsent })}
      </li>
    </>
  )
}

function storageWords({ name, ready }: TopicState<'station'>['storage'], { t }: Words): string {
  if (name === '') return t('frame.noStorage')
  return ready ? visible(name) : t('frame.storageNotReady', { name })
}

function ActiveWork() {
  const words = useWords()
  const work = useTopic('receive')?.work
  if (work === undefined) return null
  return (
    <p className="bar-work">
      <span>{words.t('frame.active')}</span>
      <bdi>{workWords(work, words)}</bdi>
    </p>
  )
}

/** Tracking numbers may be cut here, and only here. */
const SHOWN_OF_NUMBER = 4

function workWords({ doing, name = '', count, asking }: TopicState<'receive'>['work'], { t }: Words): string {
  const short =
    doing === 'arrival' && name.length > SHOWN_OF_NUMBER ? `…${name.slice(-SHOWN_OF_NUMBER)}` : name
  const work = t(`work.${doing}`, { name: short })
  const counted = count === undefined ? work : t('work.counted', { work, count: t('count.ofTotal', count) })
  return asking ? t('work.counted', { work: counted, count: t('work.asking') }) : counted
}
