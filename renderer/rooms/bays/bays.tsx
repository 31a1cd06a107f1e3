import { useTopic } from '../../engine.ts'
import { Empty } from '../../parts/empty.tsx'
import { useWords } from '../../words/use-words.ts'
import { BayCard } from './bay-card.tsx'
import { totalsOf } from './phase-look.ts'

/** The rack as it stands: one card for each physical slot, in the order of the slots. */
export function Bays() {
  const { t, formats } = useWords()
  const bays = useTopic('bays')?.bays
  if (bays === undefined) return <Empty title={t('ready.asking')} means={t('bays.emptyMeans')} />
  if (bays.length === 0) return <Empty title={t('bays.emptyTitle')} means={t('bays.emptyMeans')} />
  const { needHand, working, free, bytesPerSecond, doneAt } = totalsOf(bays)
  return (
    <div className="bays">
      <section className="card rack-totals">
        <p>
          <b>{needHand}</b> {t('bays.needHand', { count: needHand })}
        </p>
        <p>
          <b>{working}</b> {t('bays.working')}
        </p>
        <p>
          <b>{free}</b> {t('bays.free')}
        </p>
        {working > 0 && (
          <p className="rack-end">
            {t('bays.allSpeed')} <b>{formats.speed(bytesPerSecond)}</b>
          </p>
        )}
        {doneAt !== undefined && (
          <p>
            {t('bays.allDone')} <b>{formats.time(doneAt)}</b>
          </p>
        )}
      </section>
      <section
        className="rack"
        aria-label={t('room.bays')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long rack is scrolled by keyboard
        tabIndex={0}
      >
        {bays.map((bay) => (
          <BayCard key={bay.bay} bay={bay} />
        ))}
      </section>
    </div>
  )
}
