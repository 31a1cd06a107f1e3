import type { CopyResult } from '../contract/copy-messages.ts'
import type { EventBodies } from '../lifecycle/events.ts'
import type { CaseReason } from '../lifecycle/records.ts'
import type { Log } from '../ports/log.ts'
import type { CopyJournal } from './copy-journal.ts'
import type { PluggedDrive } from './copy-work.ts'
import type { DriveCopyListener } from './drive-copy.ts'

/** One copy of one drive, as the journal is told of it. */
export interface StoryParts {
  readonly bay: PluggedDrive
  readonly copy: string
  /** It was under way when this station stopped or its process died: the journal knows that it began. */
  readonly goesOn: boolean
  readonly direction: 'import' | 'export'
  readonly proof: 'manifest' | 'read-back'
  readonly journal: CopyJournal
  readonly log: Log
  /** The journal has a record of this copy. */
  readonly isKnown: () => boolean
  /** Two witnesses disagree: held until a second person has looked. */
  readonly onContradicted: (says: string) => void
  readonly onRefused: (reason: CaseReason, about: { job?: string; serial?: string }) => void
  /** Bays are worth looking at again. */
  readonly onChange: () => void
  /** Export: so many blobs are carried by no drive of the job yet. */
  readonly onLeft: (left: number) => void
  /** The copy has ended, well or not. */
  readonly onOver: () => void
  /** Its process died; the same copy can be started again. */
  readonly onDied: () => void
}

/** The drive is not the one it should be, by the log's own words; told from a copy that failed. */
const CONTRADICTIONS = new Set(['ManifestDriveIdMismatch', 'ManifestCorrupted'])

/** What is written down when a copy begins to move bytes, is lost, found, ended or dies. */
export function copyStory(parts: StoryParts): DriveCopyListener {
  const { bay, copy, goesOn, journal, log, direction, proof } = parts
  const { drive, job, custody, device } = bay
  const { serial } = drive
  const about = { drive: serial, job: job.name }
  const began = () => journal.write('copy-began', { copy, job: job.id, serial, direction, proof })
  return {
    onPlanned: (left) => {
      parts.onLeft(left)
      parts.onChange()
    },
    onProven: () => {
      const compared = {
        label: custody.serial,
        ...(direction === 'import' ? { manifest: drive.driveId } : {}),
        disk: device.serials.map((s) => s.text).join(' '),
      }
      if (goesOn) journal.write('copy-moved', { copy, move: 'returned' })
      else {
        journal.write('identity-judged', { job: job.id, serial, verdict: 'certain', compared })
        began()
      }
      journal.write('copy-moved', { copy, move: 'began' })
    },
    onLost: (sentence) => {
      log.warn(sentence, about)
      journal.write('copy-moved', { copy, move: 'lost' })
      parts.onChange()
    },
    onFound: () => {
      journal.write('copy-moved', { copy, move: 'returned' })
      journal.write('copy-moved', { copy, move: 'began' })
    },
    onEnded: (result, proven) => {
      const { driveStatus } = result.summary
      for (const remark of result.remarks) log.info(remark, about)
      if (result.exported !== undefined) parts.onLeft(result.exported.left.files)
      if (result.exported?.isNeeded === false && !proven && !goesOn) {
        log.info('A drive was not needed.', about)
        journal.write('drive-not-needed', { job: job.id, serial })
      } else if (!proven && !goesOn && CONTRADICTIONS.has(driveStatus)) parts.onContradicted(driveStatus)
      else {
        if (!proven && !goesOn) began()
        journal.write('copy-ended', endedBody(copy, result))
        log.info('A copy ended.', { ...about, driveStatus })
      }
      parts.onOver()
    },
    onNotOpened: (driveStatus, sentence) => {
      // The drive is here and cannot be read: that is a result, in the words of the published log.
      log.warn(sentence, { ...about, driveStatus })
      if (!goesOn) began()
      journal.write('copy-ended', unreadBody(copy, driveStatus))
      parts.onOver()
    },
    onNotStarted: (sentence) => {
      log.error(sentence, about)
      parts.onRefused('copy-failed', { job: job.id, serial })
      parts.onOver()
    },
    // Killed or crashed: nothing proven is undone, and the next look goes on with the same copy.
    onDied: (sentence) => {
      log.error(sentence, about)
      if (parts.isKnown()) journal.write('copy-moved', { copy, move: 'lost' })
      parts.onDied()
    },
  }
}

function endedBody(
  copy: string,
  { summary, cancelled, manifestCopy, exported }: CopyResult,
): EventBodies['copy-ended'] {
  const { errorLog, verboseLog, status, driveStatus, bytesSucceeded, blobs } = summary
  return {
    copy,
    status,
    driveStatus,
    errors: driveStatus !== 'Completed' && driveStatus !== 'CompletedWithWarnings',
    copyStatus: cancelled ? 'Cancelled' : driveStatus,
    bytesSucceeded,
    blobs,
    ...(errorLog === null ? {} : { errorLog }),
    ...(verboseLog === null ? {} : { verboseLog }),
    ...(manifestCopy === null ? {} : { manifestCopy }),
    ...(exported === undefined ? {} : exportedBody(exported)),
  }
}

function exportedBody({
  manifestFile,
  manifestHash,
  incompleteBlobList,
}: NonNullable<CopyResult['exported']>) {
  return {
    incompleteBlobList,
    ...(manifestFile === null ? {} : { manifestFile }),
    ...(manifestHash === null ? {} : { manifestHash }),
  }
}

/** A copy that ended before anything was read. */
export function unreadBody(copy: string, driveStatus: string): EventBodies['copy-ended'] {
  return {
    copy,
    status: 'CompletedMoreInfo',
    driveStatus,
    errors: true,
    copyStatus: driveStatus,
    bytesSucceeded: 0,
    blobs: { total: 0, completed: 0, withErrors: 0, failed: 0 },
  }
}
