import { useConnected } from '../engine.ts'
import { useWords } from '../words/use-words.ts'

/** Says when the engine is away, silent or not understood, on every room, until it is well again. */
export function EngineLine() {
  const { t, formats } = useWords()
  const engine = useConnected((state) => state.engine)
  const garbled = useConnected((state) => state.garbled)
  const heardAt = useConnected((state) => state.heardAt)
  const waiting = useConnected((state) => state.waiting.length)
  const trouble = engine === 'here' ? (garbled ? 'garbled' : undefined) : engine
  const started = heardAt !== undefined
  return (
    <div className="engine-line" role="alert">
      {trouble !== undefined && (
        <p>
          <b>{t(`engine.${trouble}`)}</b>
          {started && engine !== 'here' && (
            <span>{t('engine.heard', { time: formats.timeWithSeconds(heardAt) })}</span>
          )}
          {waiting > 0 && <span className="engine-kept">{t('engine.kept', { count: waiting })}</span>}
        </p>
      )}
    </div>
  )
}
