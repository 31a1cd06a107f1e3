import { Badges } from '../station/people.ts'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'

export const command: Command = {
  help: `tallydock people add BADGE --name N --role operator|supervisor [--data DIR]
tallydock people list [--data DIR]
tallydock people remove BADGE [--data DIR]

Who has a badge at this station: BADGE is what is printed on it after TD-BADGE-, digits, capitals and hyphens. A
supervisor's PIN, 4 to 12 digits, is read from TALLYDOCK_PIN. Names stay in people.json; entries carry the badge alone.`,
  async run(args, io) {
    const { values, positionals } = readOptions(
      args,
      { data: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
      { least: 1, most: 2, names: 'add, list or remove' },
    )
    const [verb, badge] = positionals
    const badges = new Badges(dataDir(values, io.env))
    if (verb === 'list') {
      if (badge !== undefined) throw new WrongUsage(`Not understood: ${badge}.`)
      const read = badges.read()
      if (!read.ok) return tellFailure(io, read.failure)
      const people = read.value.people.map(({ pin, ...person }) => ({ ...person, hasPin: pin !== undefined }))
      await io.out(JSON.stringify(people))
      return EXIT.done
    }
    if (badge === undefined || !/^[0-9A-Z-]{1,32}$/.test(badge))
      throw new WrongUsage('A badge has digits, capitals and hyphens, at most 32.')
    if (verb === 'remove') {
      const removed = badges.remove(badge)
      if (!removed.ok) return tellFailure(io, removed.failure)
      await io.out(JSON.stringify({ badge, removed: removed.value }))
      return EXIT.done
    }
    if (verb !== 'add') throw new WrongUsage('people takes add, list or remove.')
    const { name, role } = values
    if (name === undefined || (role !== 'operator' && role !== 'supervisor'))
      throw new WrongUsage('people add needs --name and --role operator|supervisor.')
    const pin = io.env.TALLYDOCK_PIN
    if (role === 'supervisor' && (pin === undefined || !/^[0-9]{4,12}$/.test(pin)))
      throw new WrongUsage('A supervisor needs a PIN of 4 to 12 digits in TALLYDOCK_PIN.')
    const put = badges.put(
      { badge, name, role },
      role === 'supervisor' ? pin : undefined,
      systemIds(systemClock),
    )
    if (!put.ok) return tellFailure(io, put.failure)
    await io.out(JSON.stringify({ badge, name, role }))
    return EXIT.done
  },
}
