import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

export interface AskDrivelistDeps {
  readonly timers: Timers
  readonly log: Log
  /** Device nodes of the disks, as drivelist gives them. */
  readonly diskNodes: () => Promise<readonly string[]>
}

/** Loaded late: its native part may be missing on a machine that never built it, and lsblk stands in for it. */
export async function diskNodesByDrivelist(): Promise<readonly string[]> {
  const { list } = await import('drivelist')
  return (await list()).map(({ device }) => device)
}

/**
 * drivelist's answer, or undefined when it fails or is late. drivelist asks for more than we need, file-system fill among
 * it, and so can wait for a hung mount without end. A call that never came back is not followed by another: hung children
 * must not pile up.
 */
export function askDrivelist(
  deps: AskDrivelistDeps,
  timeoutMs: number,
): () => Promise<readonly string[] | undefined> {
  let hanging = false
  /** Said once and not at every listing: where it was never built it fails each time. */
  let saidFailing = false
  return () =>
    new Promise((resolve) => {
      if (hanging) {
        resolve(undefined)
        return
      }
      hanging = true
      const late = deps.timers.after(timeoutMs, () => {
        deps.log.warn('drivelist does not answer; the listing goes on with lsblk alone', { timeoutMs })
        resolve(undefined)
      })
      const answered = (nodes: readonly string[] | undefined) => {
        hanging = false
        late.cancel()
        resolve(nodes)
      }
      const failed = (error: unknown) => {
        if (!saidFailing)
          deps.log.warn('drivelist failed; the listing goes on with lsblk alone', { error: String(error) })
        saidFailing = true
        answered(undefined)
      }
      const listed = (nodes: readonly string[]) => {
        saidFailing = false
        answered(nodes)
      }
      deps.diskNodes().then(listed, failed)
    })
}
