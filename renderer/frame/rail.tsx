import { useTopic } from '../engine.ts'
import { Icon } from '../parts/icon.tsx'
import { useWords } from '../words/use-words.ts'
import { addressOf, ROOMS, type Room } from './room.ts'

/** The rooms, and how much in them needs a hand. */
export function Rail({ here }: { readonly here: Room }) {
  const { t } = useWords()
  const bays = useTopic('bays')
  const cases = useTopic('cases')
  const waiting: Partial<Record<Room, number>> = {
    bays: bays?.bays.filter((bay) => bay.needsHand).length ?? 0,
    cases: cases?.cases.filter((one) => one.state !== 'resolved').length ?? 0,
  }
  return (
    <nav className="rail" aria-label={t('frame.rooms')}>
      {ROOMS.map((room) => (
        <a key={room} href={addressOf({ room })} aria-current={room === here ? 'page' : undefined}>
          <Icon name={room} />
          {t(`room.${room}`)}
          <Badge count={waiting[room] ?? 0} />
        </a>
      ))}
    </nav>
  )
}

function Badge({ count }: { readonly count: number }) {
  const { t } = useWords()
  if (count === 0) return null
  return (
    <span className="badge">
      <span aria-hidden="true">{count}</span>
      <span className="unseen">{t('frame.badge', { count })}</span>
    </span>
  )
}
