/** The engine's side of a copying process: starts it, passes orders on, and makes sure that its end is always told. */
import {
  type CopyProgress,
  type CopyResult,
  type FromCopy,
  fromCopySchema,
  type ToCopy,
} from '../../contract/copy-messages.ts'
import { type Failure, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { ProcessHost } from '../../ports/process-host.ts'

/** Exactly one of `onEnded`, `onNotStarted` and `onDied` is called, and nothing after it. */
export interface CopyListener {
  /** Export only: it is settled which blobs this drive carries, and what no drive of the job carries yet. */
  onPlanned?(plan: Pick<Extract<FromCopy, { type: 'planned' }>, 'share' | 'left'>): void
  /** The manifest is whole and names this drive, or the drive can be written to; from now on bytes are stored. */
  onStarted(resumed: boolean): void
  onProgress(progress: CopyProgress): void
  onLost(sentence: string): void
  onFound(): void
  onDriveRefused(sentence: string): void
  onEnded(result: CopyResult): void
  onNotStarted(failure: Failure): void
  /** The process is gone. Starting the same copy id again goes on where it was. */
  onDied(sentence: string): void
}

export interface RunningCopy {
  pause(): void
  resume(): void
  /** Stops at the next block; the copy ends with what it has. */
  cancel(): void
  /** The drive that was lost is open again, here. */
  driveBack(root: string): void
  /** Ends the process at once, without a word. */
  kill(): void
}

/** One drive in one direction, and the storage's URL. */
export type CopyStart = DistributiveOmit<Extract<ToCopy, { type: 'start' }>, 'type'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export function startCopy(
  host: ProcessHost,
  start: CopyStart,
  listener: CopyListener,
): Outcome<RunningCopy, 'process-not-started'> {
  let over = false
  const last = (tell: () => void) => {
    if (over) return
    over = true
    tell()
  }
  const started = host.start('copy', {
    label: `copy ${start.order.driveId}`,
    onMessage: (message) => {
      if (over) return
      const parsed = fromCopySchema.safeParse(message)
      if (parsed.success) hear(parsed.data, listener, last)
      else
        last(() =>
          listener.onDied('The copying process spoke in a form nobody knows. Bring both to one version.'),
        )
    },
    onExit: ({ code, signal }) =>
      last(() =>
        listener.onDied(
          `The copying process ended by itself (${signal ?? `code ${code}`}). It is started again.`,
        ),
      ),
  })
  if (!started.ok) return started
  const process = started.value
  const send = (message: ToCopy) => process.send(message)
  send({ type: 'start', ...start })
  return ok({
    pause: () => send({ type: 'pause' }),
    resume: () => send({ type: 'resume' }),
    cancel: () => send({ type: 'cancel' }),
    driveBack: (root) => send({ type: 'drive-back', root }),
    kill: () => process.kill(),
  })
}

function hear(message: FromCopy, listener: CopyListener, last: (tell: () => void) => void): void {
  switch (message.type) {
    case 'started':
      listener.onStarted(message.resumed)
      break
    case 'planned':
      listener.onPlanned?.({ share: message.share, left: message.left })
      break
    case 'progress':
      listener.onProgress(message.progress)
      break
    case 'lost':
      listener.onLost(message.sentence)
      break
    case 'found':
      listener.onFound()
      break
    case 'drive-refused':
      listener.onDriveRefused(message.sentence)
      break
    case 'ended':
      last(() => listener.onEnded(message.result))
      break
    case 'not-started':
      last(() => listener.onNotStarted({ code: message.code, sentence: message.sentence }))
      break
  }
}
