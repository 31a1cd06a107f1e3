import type { TopicState } from '../../../src/contract/screen.ts'
import { useNow } from '../../engine.ts'
import { Outside } from '../../parts/serial.tsx'
import { useWords } from '../../words/use-words.ts'
import { Pairs, SettingCard } from './setting-card.tsx'

type ServiceCardProps = Pick<TopicState<'station'>, 'service' | 'unsent' | 'oldestUnsentAt'>

const MARKS = { starting: 'waiting', 'in-step': 'good', waiting: 'trouble', stopped: 'trouble' } as const
const SECOND_MS = 1_000

/** Whether the service hears this station, and how much it has not heard yet. */
export function ServiceCard({ service, unsent, oldestUnsentAt }: ServiceCardProps) {
  const { t, trouble, formats } = useWords()
  const now = useNow(SECOND_MS)
  const { state, clockAheadMs } = service
  const means = service.trouble === undefined ? undefined : trouble(service.trouble)
  return (
    <SettingCard title={t('station.service')} state={{ mark: MARKS[state], words: t(`service.${state}`) }}>
      <p className="setting-figure">
        <b>{formats.number(unsent)}</b>
        <span>
          {t('station.unsent', { count: unsent })}
          {oldestUnsentAt !== undefined && (
            <span>{t('station.oldest', { duration: formats.duration(now - oldestUnsentAt) })}</span>
          )}
        </span>
      </p>
      <Pairs
        pairs={[
          [t('station.name'), <Outside key="name" text={service.name} />],
          ...(clockAheadMs === undefined
            ? []
            : [[clockName(clockAheadMs, t), formats.seconds(Math.abs(clockAheadMs))] as const]),
        ]}
      />
      {state === 'waiting' && <p className="setting-trouble">{means ?? t('service.waitingMeans')}</p>}
      {state === 'stopped' && <p className="setting-trouble">{means ?? t('service.stoppedMeans')}</p>}
    </SettingCard>
  )
}

function clockName(aheadMs: number, t: ReturnType<typeof useWords>['t']): string {
  if (Math.abs(aheadMs) < SECOND_MS) return t('station.clockRight')
  return t(aheadMs > 0 ? 'station.clockAhead' : 'station.clockBehind')
}
