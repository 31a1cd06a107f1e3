import type { TopicState } from '../../../src/contract/screen.ts'
import { useWords } from '../../words/use-words.ts'

/** Nothing has been scanned yet: says what to scan first, and what comes after. */
export function Idle({ work }: { readonly work: TopicState<'receive'>['work'] | undefined }) {
  const { t } = useWords()
  if (work !== undefined && work.doing !== 'nothing') {
    const box = work.doing === 'arrival'
    return (
      <section className="card idle">
        <h2>{t(box ? 'stage.goOn' : 'stage.scanNext')}</h2>
        <p className="idle-lead">{t(box ? 'stage.goOnMeans' : 'stage.scanNextMeans')}</p>
      </section>
    )
  }
  const steps = [
    [t('first.boxTitle'), t('first.boxMeans')],
    [t('first.driveTitle'), t('first.driveMeans')],
    [t('first.trayTitle'), t('first.trayMeans')],
  ]
  return (
    <section className="card idle">
      <h2>{t('first.title')}</h2>
      <p className="idle-lead">{t('first.lead')}</p>
      <div className="idle-picture">
        <BoxAndScanner />
      </div>
      <ol className="steps">
        {steps.map(([title, means], at) => (
          <li key={title} className={at === 0 ? 'step-now' : undefined}>
            <b>{title}</b>
            <span>{means}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const LABEL_BARS = [
  [0, 26],
  [9, 26],
  [15, 26],
  [24, 27],
  [34, 27],
  [40, 28],
  [50, 28],
  [57, 29],
  [67, 29],
] as const

/** A box with a label, and a scanner pointed at it. */
function BoxAndScanner() {
  return (
    <svg className="picture" viewBox="26 36 524 218" aria-hidden="true">
      <path d="M30 84 190 40l160 44v124l-160 40L30 208zM30 84l160 46 160-46M190 130v118" />
      <path className="picture-label" d="M220 152l100-27v62l-100 27z" />
      {LABEL_BARS.map(([x, height]) => (
        <path key={x} className="picture-bar" d={`M${236 + x} ${167 - x * 0.27}v${height}`} />
      ))}
      <path className="picture-beam" d="M440 166 326 139M440 166 328 190" />
      <path
        className="picture-scanner"
        d="M452 150h72a14 14 0 0 1 14 14v6a14 14 0 0 1-14 14h-18l-10 52h-28l8-52h-24z"
      />
    </svg>
  )
}
