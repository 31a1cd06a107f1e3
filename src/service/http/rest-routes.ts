import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { API_VERSIONS, PROVIDER } from '../../contract/import-export-api.ts'
import { deleteJob } from '../jobs/delete-job.ts'
import { checkNames, type JobKey } from '../jobs/job-key.ts'
import { listJobs } from '../jobs/list-jobs.ts'
import { patchJob } from '../jobs/patch-job.ts'
import { putJob } from '../jobs/put-job.ts'
import { getJob, listKeys } from '../jobs/read-job.ts'
import { locationResource } from '../locations.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { Role } from '../store/store.ts'
import type { World } from '../world.ts'
import { sendRefusal } from './answers.ts'
import { callerOf } from './gate-hook.ts'
import { OPERATIONS } from './operations.ts'

const provider = `/providers/${PROVIDER}`
const ofSubscription = `/subscriptions/:subscription${provider}/jobs`
const ofGroup = `/subscriptions/:subscription/resourceGroups/:group${provider}/jobs`
const ofJob = `${ofGroup}/:name`

const readers: readonly Role[] = ['customer', 'station', 'operator', 'admin']
const jobRoles: readonly Role[] = ['customer', 'operator', 'admin']
/** Operators run jobs; a customer's keys are not theirs to list. Stations open the drives. */
const keyRoles: readonly Role[] = ['customer', 'station', 'admin']

const LONGEST_TENANT_ID = 128

interface Asked {
  Params: Record<string, string>
  Querystring: Record<string, string | string[]>
}

/** The import/export API (reference 1): one code path takes all versions and always answers in the newest shape. */
export function addRestRoutes(app: FastifyInstance, world: World, publicUrl: string | undefined): void {
  const open = (roles: readonly Role[]) => ({
    config: { allowed: { roles } },
    preValidation: async (request: FastifyRequest, reply: FastifyReply) => {
      const checked = checkVersion((request as FastifyRequest<Asked>).query['api-version'])
      if (!checked.ok) return sendRefusal(reply, checked.failure)
    },
  })

  app.get<Asked>(`${provider}/operations`, open(readers), async () => ({ value: OPERATIONS }))
  app.get<Asked>(`${provider}/locations`, open(readers), async () => ({
    value: world.locations.all().map(locationResource),
  }))
  app.get<Asked>(`${provider}/locations/:location`, open(readers), async (request, reply) => {
    const name = request.params.location ?? ''
    const found = world.locations.find(name)
    if (found !== undefined) return locationResource(found)
    const sentence = `There is no location "${name}". Choose one from the list of locations.`
    return sendRefusal(reply, refuse(404, 'ResourceNotFound', sentence).failure)
  })

  for (const path of [ofSubscription, ofGroup])
    app.get<Asked>(path, open(jobRoles), async (request, reply) => {
      const { subscription = '', group } = request.params
      const names = checkNames({ subscription, ...(group === undefined ? {} : { group }) })
      if (!names.ok) return sendRefusal(reply, names.failure)
      const query = singles(request.query)
      if (!query.ok) return sendRefusal(reply, query.failure)
      const page = await listJobs(world, {
        subscription,
        group,
        top: query.value.$top,
        filter: query.value.$filter,
        skipToken: query.value.$skiptoken,
      })
      if (!page.ok) return sendRefusal(reply, page.failure)
      const { jobs, next } = page.value
      return { value: jobs, ...(next === undefined ? {} : { nextLink: nextLink(request, publicUrl, next) }) }
    })

  app.get<Asked>(ofJob, open(jobRoles), async (request, reply) => {
    const key = keyOf(request)
    if (!key.ok) return sendRefusal(reply, key.failure)
    return answer(reply, await getJob(world, key.value))
  })

  app.put<Asked>(ofJob, open(jobRoles), async (request, reply) => {
    const key = keyOf(request)
    if (!key.ok) return sendRefusal(reply, key.failure)
    const tenant = request.headers['x-ms-client-tenant-id']
    if (tenant !== undefined && (typeof tenant !== 'string' || tenant.length > LONGEST_TENANT_ID))
      return sendRefusal(
        reply,
        refuse(400, 'InvalidTenantId', `x-ms-client-tenant-id has at most ${LONGEST_TENANT_ID} characters.`)
          .failure,
      )
    const put = await putJob(world, callerOf(request), {
      key: key.value,
      body: request.body,
      clientTenantId: tenant,
    })
    if (!put.ok) return sendRefusal(reply, put.failure)
    return reply.code(put.value.created ? 201 : 200).send(put.value.job)
  })

  app.patch<Asked>(ofJob, open(jobRoles), async (request, reply) => {
    const key = keyOf(request)
    if (!key.ok) return sendRefusal(reply, key.failure)
    return answer(reply, await patchJob(world, callerOf(request), key.value, request.body))
  })

  app.delete<Asked>(ofJob, open(jobRoles), async (request, reply) => {
    const key = keyOf(request)
    if (!key.ok) return sendRefusal(reply, key.failure)
    const deleted = await deleteJob(world, callerOf(request), key.value)
    // 200 with an empty body: the published client refuses 204.
    return deleted.ok ? reply.code(200).send() : sendRefusal(reply, deleted.failure)
  })

  app.post<Asked>(`${ofJob}/listBitLockerKeys`, open(keyRoles), async (request, reply) => {
    const key = keyOf(request)
    if (!key.ok) return sendRefusal(reply, key.failure)
    const keys = await listKeys(world, callerOf(request), key.value)
    if (!keys.ok) return sendRefusal(reply, keys.failure)
    return { value: keys.value.map(({ driveId, bitLockerKey }) => ({ driveId, bitLockerKey })) }
  })
}

function checkVersion(version: unknown): Answer<undefined> {
  const known = API_VERSIONS.join(', ')
  if (version === undefined)
    return refuse(400, 'MissingApiVersionParameter', `Add the query parameter api-version: ${known}.`)
  if (typeof version === 'string' && API_VERSIONS.some((one) => one === version))
    return { ok: true, value: undefined }
  return refuse(400, 'InvalidApiVersionParameter', `This api-version is not served. Use one of ${known}.`)
}

function keyOf(request: FastifyRequest<Asked>): Answer<JobKey> {
  const { subscription = '', group = '', name = '' } = request.params
  return checkNames({ subscription, group, name })
}

/** Query parameters of a list, each at most once. */
function singles(
  query: Asked['Querystring'],
): Answer<Readonly<Partial<Record<'$top' | '$filter' | '$skiptoken', string>>>> {
  const found: Partial<Record<'$top' | '$filter' | '$skiptoken', string>> = {}
  for (const name of ['$top', '$filter', '$skiptoken'] as const) {
    const value = query[name]
    if (Array.isArray(value)) return refuse(400, 'InvalidQuery', `Give ${name} only once.`, { target: name })
    if (value !== undefined) found[name] = value
  }
  return { ok: true, value: found }
}

/** Followed verbatim by clients: it restates everything the list was asked with. */
function nextLink(request: FastifyRequest<Asked>, publicUrl: string | undefined, token: string): string {
  const [path = '', search = ''] = request.url.split('?', 2)
  const query = new URLSearchParams(search)
  query.set('$skiptoken', token)
  // A "$" needs no escape in a query, and clients print these links.
  const text = query.toString().replaceAll('%24', '$')
  return `${publicUrl ?? `${request.protocol}://${request.host}`}${path}?${text}`
}

function answer<T extends object>(reply: FastifyReply, given: Answer<T>): FastifyReply {
  return given.ok ? reply.send(given.value) : sendRefusal(reply, given.failure)
}
