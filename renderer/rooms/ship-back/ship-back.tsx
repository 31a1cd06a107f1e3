import type { TopicState } from '../../../src/contract/screen.ts'
import { useConnection, useTopic } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Outside } from '../../parts/serial.tsx'
import { useWords } from '../../words/use-words.ts'
import { BoxDrives } from './box-drives.tsx'
import { BoxHead } from './box-head.tsx'
import type { Box } from './box-stand.ts'
import { LabelCard } from './label-card.tsx'

/** What goes home: the box in work with its label, or the boxes and jobs that wait for someone to start. */
export function ShipBack() {
  const { t } = useWords()
  const told = useTopic('ship-back')
  if (told === undefined)
    return <Empty title={t('ready.asking')} means={t('ship.noBoxMeans', { command: 'TD-PACK' })} />
  const active = told.boxes.find((box) => box.active)
  if (active === undefined) return <NoBox told={told} />
  return (
    <div className="ship">
      <div className="ship-left">
        <BoxHead box={active} />
        <BoxDrives box={active} />
      </div>
      <LabelCard box={active} />
    </div>
  )
}

function NoBox({ told: { boxes, waiting } }: { readonly told: TopicState<'ship-back'> }) {
  const { t } = useWords()
  const connection = useConnection()
  return (
    <div className="ship">
      <section className="card ship-start">
        <h2>{t('ship.noBoxTitle')}</h2>
        <p>{t('ship.noBoxMeans', { command: 'TD-PACK' })}</p>
        <div className="ship-commands">
          <Button command="TD-PACK" onPress={() => connection.submitScan('TD-PACK')}>
            {t('ship.pack')}
          </Button>
          <Button command="TD-SHIP" onPress={() => connection.submitScan('TD-SHIP')}>
            {t('ship.shipCommand')}
          </Button>
        </div>
      </section>
      <aside className="card ship-waiting">
        <h2>{t('ship.waiting')}</h2>
        {waiting.length === 0 ? (
          <p>{t('ship.nothingWaiting')}</p>
        ) : (
          <ul className="plain-list">
            {waiting.map(({ job, drives }) => (
              <li key={job}>
                <b>
                  <Outside text={job} />
                </b>
                <span>{t('count.drives', { count: drives })}</span>
              </li>
            ))}
          </ul>
        )}
        {boxes.length > 0 && <OtherBoxes boxes={boxes} />}
      </aside>
    </div>
  )
}

function OtherBoxes({ boxes }: { readonly boxes: readonly Box[] }) {
  const { t } = useWords()
  return (
    <>
      <h2>{t('ship.others')}</h2>
      <ul className="plain-list">
        {boxes.map(({ number, job, state }) => (
          <li key={number}>
            <b>{number}</b>
            <span>{t(`ship.state.${state}`)}</span>
            {job !== undefined && <Outside text={job} />}
          </li>
        ))}
      </ul>
    </>
  )
}
