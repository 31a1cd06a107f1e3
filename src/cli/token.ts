import { createToken, listTokens, ROLES, revokeTokens } from '../service/tokens.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'
import { DATABASE_HELP } from './database.ts'
import { openServiceFolder } from './open-service.ts'

export const command: Command = {
  help: `tallydock token create --role ${ROLES.join('|')} [--subscription ID] [--name N]
tallydock token list
tallydock token revoke ID-OR-NAME

create prints {"id": …, "token": …}. The token is shown once: only its hash is kept. A customer's token is for one
subscription.

--data DIR         the service's data folder
${DATABASE_HELP}`,
  async run(args, io) {
    const { values, positionals } = readOptions(
      args,
      {
        data: { type: 'string' },
        database: { type: 'string' },
        role: { type: 'string' },
        subscription: { type: 'string' },
        name: { type: 'string' },
      },
      { least: 1, most: 2, names: 'create, list or revoke' },
    )
    const [verb, which] = positionals
    const role = ROLES.find((known) => known === values.role)
    if (verb === 'create' && role === undefined)
      throw new WrongUsage(`token create needs --role ${ROLES.join('|')}.`)
    if (verb === 'revoke' && which === undefined) throw new WrongUsage('token revoke needs an id or a name.')
    if (verb !== 'revoke' && which !== undefined) throw new WrongUsage(`Not understood: ${which}.`)
    if (verb !== 'create' && verb !== 'list' && verb !== 'revoke')
      throw new WrongUsage('token takes create, list or revoke.')
    const world = await openServiceFolder(values, io)
    if (!world.ok) return tellFailure(io, world.failure)
    try {
      if (verb === 'list') {
        await io.out(JSON.stringify(await listTokens(world.value)))
        return EXIT.done
      }
      const done =
        verb === 'revoke'
          ? await revokeTokens(world.value, which ?? '')
          : await createToken(world.value, {
              role: role ?? 'customer',
              subscription: values.subscription,
              name: values.name,
            })
      if (!done.ok) return tellFailure(io, done.failure)
      await io.out(JSON.stringify(done.value))
      return EXIT.done
    } finally {
      await world.value.store.close()
    }
  },
}
