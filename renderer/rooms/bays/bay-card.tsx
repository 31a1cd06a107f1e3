import { useNow } from '../../engine.ts'
import { Meter } from '../../parts/meter.tsx'
import { Code, Outside, Serial } from '../../parts/serial.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { Curve } from './curve.tsx'
import { type Bay, floodOf, isRunning } from './phase-look.ts'

const MINUTE_MS = 60_000

/** One slot of the rack: what is in it, how far, until when, and whether it needs a hand. */
export function BayCard({ bay }: { readonly bay: Bay }) {
  const words = useWords()
  const { t } = words
  const flood = floodOf(bay)
  const running = isRunning(bay)
  const phase = t(`bays.phase.${bay.phase}`)
  const look =
    flood === undefined ? (bay.trouble === undefined ? '' : ' bay-watched') : ` bay-${flood.family}`
  return (
    <article
      className={`bay${bay.phase === 'free' ? ' bay-free' : ''}${look}`}
      aria-label={t('bays.label', { bay: bay.bay, phase })}
    >
      <header>
        <span className="bay-number">{visible(bay.bay)}</span>
        {flood !== undefined && <Shape family={flood.family} glyph={flood.glyph} onFlood />}
        <h2>{phase}</h2>
        {running && bay.percent !== undefined && (
          <span className="bay-percent">{words.formats.percent(bay.percent)}</span>
        )}
      </header>
      {running && <Meter percent={bay.percent ?? 0} kind={bay.phase === 'proving' ? 'received' : 'work'} />}
      <div className="bay-body">
        {bay.phase === 'free' ? (
          <p className="bay-say">{nextWords(bay, words)}</p>
        ) : (
          <Identity bay={bay} words={words} />
        )}
        {running ? <Progress bay={bay} words={words} /> : <Standing bay={bay} words={words} />}
      </div>
      {bay.phase === 'free' && bay.upNext !== undefined && (
        <footer>
          <span>{t('bays.upNext')}</span> <Serial text={bay.upNext} />
        </footer>
      )}
      {bay.phase !== 'free' && (
        <footer className={bay.needsHand ? 'bay-next-hand' : undefined}>{nextWords(bay, words)}</footer>
      )}
    </article>
  )
}

interface PartProps {
  readonly bay: Bay
  readonly words: Words
}

function Identity({ bay: { drive, job }, words: { t } }: PartProps) {
  return (
    <>
      <p className="bay-drive">{drive === undefined ? <b>{t('bays.hidden')}</b> : <Serial text={drive} />}</p>
      {job !== undefined && (
        <p className="bay-job">
          <Outside text={job} />
        </p>
      )}
    </>
  )
}

/** A copy under way. */
function Progress({ bay, words: { t, trouble, formats } }: PartProps) {
  const now = useNow(MINUTE_MS)
  const { bytesPerSecond, doneAt, bytesDone, bytesTotal } = bay
  const speed = bytesPerSecond === undefined ? undefined : formats.speed(bytesPerSecond)
  return (
    <>
      <Curve
        speeds={bay.curve}
        label={speed === undefined ? t('bays.noSpeed') : t('bays.curve', { speed })}
      />
      <dl>
        {speed !== undefined && (
          <>
            <dt>{t('bays.now')}</dt>
            <dd>{speed}</dd>
          </>
        )}
        {doneAt !== undefined && (
          <>
            <dt>{t('bays.done')}</dt>
            <dd>
              {t('bays.doneIn', { time: formats.time(doneAt), duration: formats.duration(doneAt - now) })}
            </dd>
          </>
        )}
        {bay.trouble === undefined && bay.health !== undefined && <HealthRow health={bay.health} t={t} />}
        {bay.trouble === undefined &&
          bay.health === undefined &&
          bytesDone !== undefined &&
          bytesTotal !== undefined && (
            <>
              <dt>{t('bays.copied')}</dt>
              <dd>
                {t('bays.copiedOf', { done: formats.bytes(bytesDone), total: formats.bytes(bytesTotal) })}
              </dd>
            </>
          )}
      </dl>
      {bay.trouble !== undefined && <p className="bay-trouble">{trouble(bay.trouble)}</p>}
    </>
  )
}

/** A bay where nothing runs: what came of it, or what is in the way. */
function Standing({ bay, words: { t, trouble, formats } }: PartProps) {
  const { state, files, bytesDone } = bay
  // Which disk it is does not matter while it is not known whose.
  const { sizeBytes, model } = bay.says === undefined ? bay : {}
  return (
    <>
      {state !== undefined && (
        <p className="bay-status">
          <Code text={state} />
        </p>
      )}
      {bay.trouble !== undefined && <p className="bay-trouble">{trouble(bay.trouble)}</p>}
      {bay.phase !== 'free' && !bay.plugged && <p className="bay-trouble">{t('bays.notPlugged')}</p>}
      <Contradiction bay={bay} t={t} />
      <dl>
        {files !== undefined && (
          <>
            <dt>{t('bays.files')}</dt>
            <dd>{t('bays.filesOf', files)}</dd>
          </>
        )}
        {bytesDone !== undefined && (
          <>
            <dt>{t('bays.copied')}</dt>
            <dd>{formats.bytes(bytesDone)}</dd>
          </>
        )}
        {bay.health !== undefined && <HealthRow health={bay.health} t={t} />}
        {sizeBytes !== undefined && (
          <>
            <dt>{t('bays.size')}</dt>
            <dd>{formats.bytes(sizeBytes)}</dd>
          </>
        )}
        {model !== undefined && (
          <>
            <dt>{t('bays.model')}</dt>
            <dd>
              <Outside text={model} />
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

const HEALTH_LOOK = {
  healthy: ['received', 'check'],
  watch: ['attention', 'exclamation'],
  'at-risk': ['stop', 'cross'],
  unknown: ['already', 'question'],
} as const

function HealthRow({ health, t }: { readonly health: NonNullable<Bay['health']>; readonly t: Words['t'] }) {
  const [family, glyph] = HEALTH_LOOK[health]
  return (
    <>
      <dt>{t('bays.healthTitle')}</dt>
      <dd className="bay-health">
        <Shape family={family} glyph={glyph} />
        {t(`bays.health.${health}`)}
      </dd>
    </>
  )
}

/** The label and what the drive itself says, where they are not the same. */
function Contradiction({ bay: { drive, says }, t }: { readonly bay: Bay; readonly t: Words['t'] }) {
  if (drive === undefined || says === undefined) return null
  return (
    <dl className="bay-contradiction">
      <dt>{t('bays.saysLabel')}</dt>
      <dd>
        <Serial text={drive} />
      </dd>
      <dt className="bay-differs">{t('bays.saysDrive')}</dt>
      <dd className="bay-differs">
        <Serial text={says} />
      </dd>
    </dl>
  )
}

function nextWords({ next }: Bay, { named, speak, place }: Words): string {
  const { place: where } = next.facts
  const facts = typeof where === 'string' ? { ...next.facts, place: place(where) } : next.facts
  return named('bays.next', next.name, facts) ?? speak('next', next)
}
