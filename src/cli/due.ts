import { sweep } from '../service/due/sweep.ts'
import { systemClock } from '../system/clock.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'
import { DATABASE_HELP } from './database.ts'
import { openServiceFolder } from './open-service.ts'

export const command: Command = {
  help: `tallydock due [--at TIME] [--apply] [--data DIR] [--database URL]

Lists every deadline that has passed by TIME (ISO 8601; default now), earliest first: automatic ones, proposals that a
person has to carry out, and goals. --apply carries out the automatic ones: deleting, giving up drives, notices.

${DATABASE_HELP}`,
  async run(args, io) {
    const { values } = readOptions(args, {
      data: { type: 'string' },
      database: { type: 'string' },
      at: { type: 'string' },
      apply: { type: 'boolean' },
    })
    const at = values.at === undefined ? systemClock.now() : Date.parse(values.at)
    if (!Number.isFinite(at)) throw new WrongUsage('--at takes a time like 2026-03-01T12:00:00Z.')
    const world = await openServiceFolder(values, io)
    if (!world.ok) return tellFailure(io, world.failure)
    try {
      const report = await sweep(world.value, { at, apply: values.apply === true })
      await io.out(JSON.stringify(report))
      if (report.elsewhere === undefined) return EXIT.done
      io.note('Another process is carrying out what is due just now; look again in a moment.')
      return EXIT.doneWithReport
    } finally {
      await world.value.store.close()
    }
  },
}
