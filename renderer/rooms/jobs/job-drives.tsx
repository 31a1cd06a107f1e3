import type { JobDetail } from '../../../src/contract/screen.ts'
import { Button } from '../../parts/button.tsx'
import { Meter } from '../../parts/meter.tsx'
import { Code, Serial } from '../../parts/serial.tsx'
import { Shape, WaitShape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'

type Drive = JobDetail['drives'][number]
export type LogKind = 'error' | 'verbose'

interface JobDrivesProps {
  readonly drives: readonly Drive[]
  readonly openLog: (drive: string, log: LogKind) => void
}

/** The drives of a job: state as code and in words, how far, where each lies, and its logs. */
export function JobDrives({ drives, openLog }: JobDrivesProps) {
  const { t } = useWords()
  return (
    <section
      className="card job-part"
      aria-label={t('jobs.drives')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
      tabIndex={0}
    >
      <h2>{t('jobs.drives')}</h2>
      {drives.length === 0 && <p>{t('jobs.drivesEmpty')}</p>}
      <ul className="job-drives">
        {drives.map((drive) => (
          <OneDrive key={drive.drive} drive={drive} openLog={openLog} />
        ))}
      </ul>
    </section>
  )
}

function OneDrive({
  drive,
  openLog,
}: {
  readonly drive: Drive
  readonly openLog: JobDrivesProps['openLog']
}) {
  const { t, place, trouble, formats } = useWords()
  const words = [t(`jobs.driveState.${drive.state}`), drive.place === '' ? '' : place(drive.place)]
  if (drive.files !== undefined) words.push(t('jobs.filesOf', drive.files))
  if (drive.bytesSucceeded > 0) words.push(t('jobs.copied', { bytes: formats.bytes(drive.bytesSucceeded) }))
  const done = drive.state === 'Completed' || drive.state === 'ShippedBack'
  return (
    <li>
      <DriveShape drive={drive} />
      <Serial text={drive.drive} />
      <b className="num">{formats.percent(drive.percent)}</b>
      <Meter percent={drive.percent} kind={done ? 'received' : 'work'} />
      <p className="job-drive-about">
        <Code text={drive.state} />
        <span>{words.filter((word) => word !== '').join(' · ')}</span>
      </p>
      {drive.fault !== undefined && <p className="job-drive-fault">{trouble(drive.fault)}</p>}
      {(drive.errorLog !== undefined || drive.verboseLog !== undefined) && (
        <div className="job-drive-logs">
          <LogButton drive={drive} log="error" path={drive.errorLog} openLog={openLog} />
          <LogButton drive={drive} log="verbose" path={drive.verboseLog} openLog={openLog} />
        </div>
      )}
    </li>
  )
}

interface LogButtonProps extends Pick<JobDrivesProps, 'openLog'> {
  readonly drive: Drive
  readonly log: LogKind
  readonly path: string | undefined
}

function LogButton({ drive: { drive }, log, path, openLog }: LogButtonProps) {
  const { t } = useWords()
  if (path === undefined) return null
  const name = t(log === 'error' ? 'jobs.errorLog' : 'jobs.verboseLog')
  return (
    <Button label={t('jobs.logOf', { log: name, drive: visible(drive) })} onPress={() => openLog(drive, log)}>
      {name}
    </Button>
  )
}

function DriveShape({ drive: { state, fault } }: { readonly drive: Drive }) {
  if (fault !== undefined || state === 'CompletedMoreInfo' || state === 'NeverReceived')
    return <Shape family="attention" glyph="exclamation" />
  if (state === 'Completed' || state === 'ShippedBack') return <Shape family="received" glyph="check" />
  return <WaitShape />
}
