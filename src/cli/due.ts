import { sweep } from '../service/due/sweep.ts'
import { systemClock } from '../system/clock.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'
import { openServiceFolder } from './open-service.ts'

export const command: Command = {
  help: `tallydock due [--at TIME] [--apply] [--data DIR]

Lists every deadline that has passed by TIME (ISO 8601; default now), earliest first: automatic ones, proposals that a
person has to carry out, and goals. --apply carries out the automatic ones: deleting, giving up drives, notices.`,
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
      await io.out(JSON.stringify(await sweep(world.value, { at, apply: values.apply === true })))
      return EXIT.done
    } finally {
      await world.value.store.close()
    }
  },
}
