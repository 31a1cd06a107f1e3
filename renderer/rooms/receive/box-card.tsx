import type { TopicState } from '../../../src/contract/screen.ts'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Ring } from '../../parts/ring.tsx'
import { Outside, Serial } from '../../parts/serial.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'

type Box = TopicState<'ship-back'>['boxes'][number]

/** While a box is packed it stands beside the stage as an arrival does: what is in, what is missing, and where. */
export function BoxCard({ box }: { readonly box: Box }) {
  const { t, place, formats } = useWords()
  const connection = useConnection()
  const expected = box.packed.length + box.missing.length
  return (
    <aside className="card arrival">
      <h2>{t('ship.return', { number: box.number })}</h2>
      <p className="arrival-job">{box.job === undefined ? t('ship.noJob') : <Outside text={box.job} />}</p>
      <div className="arrival-count">
        <Ring received={box.packed.length} expected={expected} />
        <p>
          <b>
            {box.missing.length > 0
              ? t('ship.missing', { count: box.missing.length })
              : t('ship.allIn', { count: box.packed.length })}
          </b>
        </p>
      </div>
      <section
        className="trays"
        aria-label={t('ship.drivesIn')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
        tabIndex={0}
      >
        <ul className="box-drives">
          {box.missing.map(({ drive, place: where, extra }) => (
            <li key={drive} className="box-missing">
              <Shape family="attention" glyph={extra ? 'plus' : 'exclamation'} />
              <Serial text={drive} />
              <b>{place(where)}</b>
            </li>
          ))}
          {box.packed.map(({ drive, at }) => (
            <li key={drive}>
              <Shape family="received" glyph="check" />
              <Serial text={drive} />
              <span>{formats.time(at)}</span>
            </li>
          ))}
        </ul>
      </section>
      <footer>
        <Button command="TD-PRINT" onPress={() => connection.submitScan('TD-PRINT')}>
          {t(box.prints > 0 ? 'ship.printAgain' : 'ship.printNow')}
        </Button>
        <Button command="TD-SHIP" onPress={() => connection.submitScan('TD-SHIP')}>
          {t('ship.shipCommand')}
        </Button>
      </footer>
    </aside>
  )
}
