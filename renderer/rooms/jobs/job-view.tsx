import { useMemo, useState } from 'react'
import type { JobDetail } from '../../../src/contract/screen.ts'
import { useNow } from '../../engine.ts'
import { Code, Outside } from '../../parts/serial.tsx'
import { useWords } from '../../words/use-words.ts'
import { ageOf, type Job } from './age.ts'
import { Failed } from './failed.tsx'
import { JobDrives, type LogKind } from './job-drives.tsx'
import { LogView } from './log-view.tsx'
import { Story } from './story.tsx'
import { useCall } from './use-call.ts'

const MINUTE_MS = 60_000

/** One job: how old, how far, what happened, each drive and each log. `listed` says when it has changed. */
export function JobView({ id, listed }: { readonly id: string; readonly listed: Job | undefined }) {
  const { t } = useWords()
  const args = useMemo(() => ({ job: id }), [id])
  const { asked, again } = useCall('job.read', args, listed)
  const [log, setLog] = useState<{ drive: string; log: LogKind } | undefined>()
  if (asked.at === 'asking')
    return (
      <section className="card job-wait">
        <p>{t('jobs.reading')}</p>
      </section>
    )
  if (asked.at === 'failed')
    return (
      <section className="card job-wait">
        <Failed title={t('jobs.couldNotRead')} failure={asked.failure} again={again} />
      </section>
    )
  const job = asked.answer
  return (
    <div className="job">
      <JobHead job={job} endedAt={listed?.endedAt} />
      {log === undefined ? (
        <div className="job-columns">
          <Story story={job.story} />
          <JobDrives drives={job.drives} openLog={(drive, kind) => setLog({ drive, log: kind })} />
        </div>
      ) : (
        <LogView job={id} drive={log.drive} log={log.log} close={() => setLog(undefined)} />
      )}
    </div>
  )
}

function JobHead({ job, endedAt }: { readonly job: JobDetail; readonly endedAt: number | undefined }) {
  const { t, formats } = useWords()
  const now = useNow(MINUTE_MS)
  const drives = t('count.drives', { count: job.drives.length })
  const { receivedAt } = job
  const age = ageOf(
    { ...(receivedAt === undefined ? {} : { receivedAt }), ...(endedAt === undefined ? {} : { endedAt }) },
    now,
  )
  return (
    <section className="card job-head">
      <div>
        <h2>
          <Outside text={job.name} />
        </h2>
        <p className="job-about">
          {t('jobs.about', { type: t(`jobs.type.${job.type}`), drives, site: job.site })}
        </p>
        <p className="job-stand">
          <Code text={job.state} />
          <span>{t(`jobs.state.${job.state}`)}</span>
          <span>{t('jobs.storage')}</span>
          <b>
            <Outside text={job.storageAccount} />
          </b>
        </p>
      </div>
      {age !== undefined && (
        <p className="figure">
          <b>{formats.days(age.ms)}</b>
          <span>{t('jobs.sinceReceived')}</span>
        </p>
      )}
      <p className="figure">
        <b>{formats.percent(job.percent)}</b>
        <span>{t('jobs.donePercent', { drives })}</span>
      </p>
    </section>
  )
}
