import type { Failure } from '../../connection/connect.ts'
import { Button } from '../../parts/button.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'

/** What could not be read says so, and why; it never looks empty. */
export function Failed({
  title,
  failure,
  again,
}: {
  readonly title: string
  readonly failure: Failure
  readonly again: () => void
}) {
  const { t, named, trouble } = useWords()
  const { code, sentence } = failure
  return (
    <div className="failed" role="alert">
      <h2>
        <Shape family="stop" glyph="cross" size="large" />
        {title}
      </h2>
      <p>
        {sentence === '' ? (named('failure', code) ?? t('failure.unknown', { code })) : trouble(sentence)}
      </p>
      <Button onPress={again}>{t('jobs.readAgain')}</Button>
    </div>
  )
}
