import type { TopicState } from '../../../src/contract/screen.ts'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Ring } from '../../parts/ring.tsx'
import { Outside, Serial } from '../../parts/serial.tsx'
import { TrayLetter } from '../../parts/tray-letter.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { Tiles } from './tiles.tsx'
import { groupTracking } from './tracking.ts'

type Arrival = NonNullable<TopicState<'receive'>['arrival']>

/** The package that is open: how many of its drives are in, and which are missing. */
export function ArrivalCard({ arrival }: { readonly arrival: Arrival }) {
  const words = useWords()
  const { t, formats } = words
  const { count } = arrival
  const missing = Math.max(0, count.expected - count.received)
  const tiles = arrival.trays.reduce((sum, tray) => sum + tray.tiles.length, 0)
  return (
    <aside className="card arrival">
      <h2>{titleOf(arrival, words)}</h2>
      <p className="arrival-tracking">
        <bdo dir="ltr">{groupTracking(visible(arrival.tracking))}</bdo>
      </p>
      <div className="arrival-count">
        <Ring {...count} />
        <p>
          <b>{missingWords(arrival, missing, words)}</b>
          <span>
            {arrival.open
              ? t('arrival.opened', { time: formats.time(arrival.openedAt) })
              : t('arrival.closed')}
          </span>
        </p>
      </div>
      <section
        className={tiles > MOST_LARGE_TILES ? 'trays trays-dense' : 'trays'}
        aria-label={t('arrival.drives')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
        tabIndex={0}
      >
        {arrival.trays.map((tray) => (
          <div key={tray.letter} className="tray">
            <h3>
              <TrayLetter>{tray.letter}</TrayLetter>
              <Outside text={tray.job} />
              <span>{t('count.ofTotal', tray.count)}</span>
            </h3>
            <Tiles tiles={tray.tiles} />
          </div>
        ))}
        {arrival.shelves.map(({ shelf, tiles: shelved }) => (
          <div key={shelf} className="shelf">
            <TrayLetter hatched />
            <b>{t(shelf === 'HOLD' ? 'place.hold' : 'place.extra')}</b>
            <ul>
              {shelved.map(({ drive }) => (
                <li key={drive}>
                  <Serial text={drive} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
      {arrival.open && <ArrivalCommands missing={missing} />}
    </aside>
  )
}

/** From here on the tiles show the last four characters only, four in a row. */
const MOST_LARGE_TILES = 12

function ArrivalCommands({ missing }: { readonly missing: number }) {
  const { t } = useWords()
  const connection = useConnection()
  return (
    <footer>
      <Button command="TD-FINISH" onPress={() => connection.submitScan('TD-FINISH')}>
        {t(missing > 0 ? 'arrival.finish' : 'arrival.finishAll')}
      </Button>
      <Button command="TD-HOLD" onPress={() => connection.submitScan('TD-HOLD')}>
        {t('arrival.hold')}
      </Button>
    </footer>
  )
}

function titleOf({ carrier, trays }: Arrival, { t }: Words): string {
  if (trays.length === 0) return t('arrival.titleBlind')
  return carrier === undefined
    ? t('arrival.title', { count: trays.length })
    : t('arrival.titleFrom', { count: trays.length, carrier })
}

function missingWords({ count }: Arrival, missing: number, { t }: Words): string {
  if (count.expected === 0) return t('arrival.blind')
  return missing === 0 ? t('arrival.allIn') : t('arrival.toGo', { count: missing })
}
