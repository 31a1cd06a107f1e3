/** Entry of a copying process (see `ports/process-host.ts`): one drive, one order, then it ends. */
import process from 'node:process'
import { CopyServer } from '../copy/process/serve-copy.ts'
import { openStorage } from '../storage/open.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemLog } from '../system/log.ts'

const log = systemLog({ level: 'warn' })
const server = new CopyServer({
  openStorage,
  clock: systemClock,
  timers: systemTimers,
  log,
  tell: (message) => {
    // The channel closes when the engine dies; the process is about to end then.
    if (process.connected) process.send?.(message)
  },
})

// Without an engine nobody would ever hear of this copy: it goes on when the engine starts it again.
process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  server.obey(message).then(
    (done) => {
      if (done) process.disconnect()
    },
    (error: unknown) => {
      log.error('A copying process broke.', { error: String(error) })
      process.exit(1)
    },
  )
})
