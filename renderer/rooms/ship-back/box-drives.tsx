import { Outside, Serial } from '../../parts/serial.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'
import type { Box } from './box-stand.ts'

/** What is missing and where it lies, then what is in the box. */
export function BoxDrives({ box }: { readonly box: Box }) {
  const { t, place, formats } = useWords()
  return (
    <section
      className="card box-contents"
      aria-label={t('ship.drivesIn')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
      tabIndex={0}
    >
      {box.missing.length > 0 && (
        <>
          <h2>{t('ship.missingTitle', { count: box.missing.length })}</h2>
          <ul className="box-list">
            {box.missing.map(({ drive, place: where, extra }) => (
              <li key={drive} className="box-todo">
                <Shape family="attention" glyph={extra ? 'plus' : 'exclamation'} size="large" />
                <Serial text={drive} />
                <b>{t(`ship.fetch.${fetchFrom(where)}`, { place: place(where) })}</b>
                <span className="place">{place(where)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{t('ship.packedTitle', { count: box.packed.length })}</h2>
      <ul className="box-list">
        {box.packed.map(({ drive, job, at, extra }) => (
          <li key={drive}>
            <Shape family="received" glyph="check" size="large" />
            <Serial text={drive} />
            <span>
              {extra ? t('ship.extra') : job === undefined ? t('ship.noJob') : <Outside text={job} />}
            </span>
            <span className="box-when">{t('ship.packedAt', { time: formats.time(at) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How one gets at it: out of a bay, off a shelf or a tray, or wherever it may be. */
function fetchFrom(where: string): 'bay' | 'shelf' | 'place' {
  if (where.startsWith('bay ')) return 'bay'
  return where === '' ? 'place' : 'shelf'
}
