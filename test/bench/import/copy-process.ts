/** An import as the station runs it: in a process of its own. */
import type { CopyResult, ImportOrder } from '../../../src/contract/copy-messages.ts'
import { startCopy } from '../../../src/copy/process/run-copy.ts'
import { nodeProcessHost } from '../../../src/host/node-process-host.ts'
import type { ProcessHost } from '../../../src/ports/process-host.ts'
import { FakeLog } from '../../fakes/log.ts'
import type { PreparedDrive } from '../../fixtures/drive-folder.ts'
import { orderOf } from '../../fixtures/import-rig.ts'
import { type Cost, costOfProcess } from './measure.ts'

/** Throws unless everything was copied. */
export async function costOfImport(
  drive: PreparedDrive,
  storage: string,
  change: Partial<ImportOrder> = {},
): Promise<Cost> {
  let pid = 0
  let used: Partial<Cost> = {}
  const host = nodeProcessHost(new FakeLog())
  const watched: ProcessHost = {
    start(program, options) {
      const started = host.start(program, options)
      if (started.ok) pid = started.value.pid
      return started
    },
  }
  const startedAt = performance.now()
  const result = await new Promise<CopyResult>((resolve, reject) => {
    const fail = (sentence: string) => reject(new Error(sentence))
    startCopy(
      watched,
      { direction: 'import', storage, order: orderOf(drive, { logLevel: 'Error', ...change }) },
      {
        onStarted: () => undefined,
        onProgress: () => undefined,
        onLost: fail,
        onFound: () => undefined,
        onDriveRefused: fail,
        onEnded: (ended) => {
          // It ends when this message was taken, not before.
          used = costOfProcess(pid)
          resolve(ended)
        },
        onNotStarted: ({ sentence }) => fail(sentence),
        onDied: fail,
      },
    )
  })
  if (result.summary.status !== 'Completed') throw new Error(JSON.stringify(result))
  return { seconds: (performance.now() - startedAt) / 1000, ...used }
}
