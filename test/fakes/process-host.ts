import { CopyServer } from '../../src/copy/process/serve-copy.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import type { ProcessHost, ProcessOptions } from '../../src/ports/process-host.ts'
import { openStorage } from '../../src/storage/open.ts'
import { FakeClock } from './clock.ts'
import { FakeLog } from './log.ts'

/** Programs that run in this process: quick to start, and they can refuse to. */
export class InProcessHost implements ProcessHost {
  /** The next start fails, as on a machine that has no processes left. */
  refuseNext = false
  #pids = 0

  start(_program: 'copy', { onMessage, onExit }: ProcessOptions) {
    if (this.refuseNext) {
      this.refuseNext = false
      return fail(
        'process-not-started',
        'The system starts no more processes. Close other programs and try again.',
      )
    }
    let over = false
    const end = (exit: Parameters<typeof onExit>[0]) => {
      if (over) return
      over = true
      // Never inside the call that caused it, as with a real process.
      queueMicrotask(() => onExit(exit))
    }
    const clock = new FakeClock()
    const server = new CopyServer({
      openStorage,
      clock,
      timers: clock,
      log: new FakeLog(),
      tell: (message) => {
        if (!over) onMessage(structuredClone(message))
      },
    })
    return ok({
      pid: ++this.#pids,
      send: (message: unknown) => {
        if (over) return
        server.obey(structuredClone(message)).then(
          (done) => done && end({ code: 0, signal: null }),
          () => end({ code: 1, signal: null }),
        )
      },
      end: () => end({ code: null, signal: 'SIGTERM' }),
      kill: () => end({ code: null, signal: 'SIGKILL' }),
    })
  }
}
