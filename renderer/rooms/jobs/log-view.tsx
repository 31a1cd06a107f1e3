import { useMemo } from 'react'
import { Button } from '../../parts/button.tsx'
import { Serial } from '../../parts/serial.tsx'
import { useWords } from '../../words/use-words.ts'
import { Failed } from './failed.tsx'
import type { LogKind } from './job-drives.tsx'
import { useCall } from './use-call.ts'

interface LogViewProps {
  readonly job: string
  readonly drive: string
  readonly log: LogKind
  readonly close: () => void
}

/** The text of a copy log, in place of the job's story. */
export function LogView({ job, drive, log, close }: LogViewProps) {
  const { t } = useWords()
  const args = useMemo(() => ({ job, drive, log }), [job, drive, log])
  const { asked, again } = useCall('log.read', args, undefined)
  return (
    <section className="card log-view">
      <div className="card-head">
        <h2>
          {t(log === 'error' ? 'jobs.errorLog' : 'jobs.verboseLog')} <Serial text={drive} />
        </h2>
        <Button onPress={close}>{t('jobs.back')}</Button>
      </div>
      {asked.at === 'asking' && <p>{t('jobs.readingLog')}</p>}
      {asked.at === 'failed' && (
        <Failed title={t('jobs.couldNotReadLog')} failure={asked.failure} again={again} />
      )}
      {asked.at === 'answered' && (
        <>
          {asked.answer.cut && <p className="log-cut">{t('jobs.logCut')}</p>}
          {asked.answer.text === '' ? (
            <p>{t('jobs.logEmpty')}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long log is scrolled by keyboard
            <pre tabIndex={0} dir="ltr">
              {asked.answer.text}
            </pre>
          )}
        </>
      )}
    </section>
  )
}
