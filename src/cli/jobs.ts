import { readFileSync } from 'node:fs'
import { fail, type Outcome } from '../lifecycle/outcome.ts'
import {
  type CliIo,
  type Command,
  EXIT,
  type ExitCode,
  readOptions,
  tellFailure,
  WrongUsage,
} from './command.ts'
import {
  API_VERSION,
  DEFAULT_GROUP,
  DEFAULT_SUBSCRIPTION,
  openServiceAccess,
  SERVICE_HELP,
  SERVICE_OPTIONS,
  type ServiceAccess,
} from './service-access.ts'

interface Asked {
  readonly name: string
  readonly subscription: string
  readonly group: string
  readonly carrier: string | undefined
  readonly tracking: string | undefined
}

type Verb = (access: ServiceAccess, asked: Asked) => Promise<Outcome<unknown>>

const VERBS: Readonly<Record<string, Verb>> = {
  async put(access, asked) {
    const order = readOrder(asked.name)
    if (!order.ok) return order
    const { name, ...body } = order.value
    return access.call('PUT', jobPath({ ...asked, name }), body)
  },
  async ship(access, asked) {
    const { carrier, tracking } = asked
    if (carrier === undefined || tracking === undefined)
      throw new WrongUsage('jobs ship needs --carrier and --tracking.')
    const deliveryPackage = { carrierName: carrier, trackingNumber: tracking }
    return access.call('PATCH', jobPath(asked), { properties: { state: 'Shipping', deliveryPackage } })
  },
  cancel: (access, asked) => access.call('PATCH', jobPath(asked), { properties: { cancelRequested: true } }),
  get: (access, asked) => access.call('GET', jobPath(asked)),
  async list(access, asked) {
    const jobs: unknown[] = []
    let path: string | undefined =
      `${subscriptionPath(asked)}/providers/Microsoft.ImportExport/jobs?api-version=${API_VERSION}`
    while (path !== undefined) {
      const page: Outcome<unknown> = await access.call('GET', path)
      if (!page.ok) return page
      const { value, nextLink } = page.value as { value: unknown[]; nextLink?: string }
      jobs.push(...value)
      const next: URL | null = nextLink === undefined ? null : URL.parse(nextLink, 'https://service')
      path = next === null ? undefined : `${next.pathname}${next.search}`
    }
    return { ok: true, value: jobs }
  },
}

export const command: Command = {
  help: `tallydock jobs put FILE                              FILE is the PUT body of the API plus "name"
tallydock jobs ship NAME --carrier C --tracking T    hand the package to a carrier: the job goes to Shipping
tallydock jobs cancel NAME
tallydock jobs get NAME
tallydock jobs list

${SERVICE_HELP}`,
  async run(args, io) {
    const { values, positionals } = readOptions(
      args,
      { ...SERVICE_OPTIONS, carrier: { type: 'string' }, tracking: { type: 'string' } },
      { least: 1, most: 2, names: 'put, ship, cancel, list or get' },
    )
    const [verb = '', name] = positionals
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
    if (act === undefined) throw new WrongUsage(`jobs does not know ${JSON.stringify(verb)}.`)
    if (verb === 'list' ? name !== undefined : name === undefined)
      throw new WrongUsage(
        verb === 'list'
          ? 'jobs list takes no name.'
          : `jobs ${verb} needs ${verb === 'put' ? 'a file' : 'a name'}.`,
      )
    const access = await openServiceAccess(values, io)
    if (!access.ok) return tellFailure(io, access.failure)
    try {
      const { subscription = DEFAULT_SUBSCRIPTION, group = DEFAULT_GROUP, carrier, tracking } = values
      return await tell(
        io,
        await act(access.value, { name: name ?? '', subscription, group, carrier, tracking }),
      )
    } finally {
      await access.value.close()
    }
  },
}

async function tell(io: CliIo, done: Outcome<unknown>): Promise<ExitCode> {
  if (!done.ok) return tellFailure(io, done.failure)
  await io.out(JSON.stringify(done.value))
  return EXIT.done
}

function readOrder(file: string): Outcome<{ name: string } & Record<string, unknown>, 'order-unreadable'> {
  let order: unknown
  try {
    order = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return fail(
      'order-unreadable',
      `${file} cannot be read as JSON. Check the path and the file.`,
      String(error),
    )
  }
  const named = typeof order === 'object' && order !== null && 'name' in order ? order.name : undefined
  if (typeof named !== 'string' || named === '')
    return fail('order-unreadable', `${file} has no "name". It holds the PUT body plus the job's name.`)
  return { ok: true, value: { ...(order as Record<string, unknown>), name: named } }
}

const subscriptionPath = ({ subscription }: Asked) => `/subscriptions/${encodeURIComponent(subscription)}`

function jobPath(asked: Asked): string {
  const group = `${subscriptionPath(asked)}/resourceGroups/${encodeURIComponent(asked.group)}`
  return `${group}/providers/Microsoft.ImportExport/jobs/${encodeURIComponent(asked.name)}?api-version=${API_VERSION}`
}
