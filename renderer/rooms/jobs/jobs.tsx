import { useTopic } from '../../engine.ts'
import { Empty } from '../../parts/empty.tsx'
import { useWords } from '../../words/use-words.ts'
import { JobList } from './job-list.tsx'
import { JobView } from './job-view.tsx'

/** The jobs on the left; the open one on the right. */
export function Jobs({ open }: { readonly open: string | undefined }) {
  const { t } = useWords()
  const told = useTopic('jobs')
  if (told === undefined) return <Empty title={t('ready.asking')} means={t('jobs.emptyMeans')} />
  if (told.jobs.length === 0 && open === undefined)
    return <Empty title={t('jobs.emptyTitle')} means={t('jobs.emptyMeans')} />
  return (
    <div className="jobs">
      <JobList told={told} open={open} />
      {open === undefined ? (
        <Empty title={t('jobs.chooseTitle')} means={t('jobs.chooseMeans')} />
      ) : (
        <JobView key={open} id={open} listed={told.jobs.find(({ id }) => id === open)} />
      )}
    </div>
  )
}
