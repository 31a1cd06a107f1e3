import { z } from 'zod'
import * as exchange from '../../contract/exchange.ts'
import { API_VERSIONS, PROVIDER, patchJobBody, putJobBody } from '../../contract/import-export-api.ts'

/**
 * The service's interface as an OpenAPI 3.1 document. Its shapes are those requests are validated with
 * (`src/contract`), turned into JSON Schema, so the two cannot say different things.
 */
export function openApi() {
  return DOCUMENT
}

const asJsonSchema = (shape: z.ZodType, io: 'input' | 'output' = 'input') => {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' })
  return schema
}

const SCHEMAS = {
  PutJobParameters: asJsonSchema(putJobBody),
  UpdateJobParameters: asJsonSchema(patchJobBody),
  PushRequest: asJsonSchema(exchange.pushRequest),
  PushResponse: asJsonSchema(exchange.pushResponse, 'output'),
  PullResponse: asJsonSchema(exchange.pullResponse, 'output'),
  KeysResponse: asJsonSchema(exchange.keysResponse, 'output'),
  ExportResponse: asJsonSchema(exchange.exportResponse, 'output'),
  ProgressReport: asJsonSchema(exchange.progressReport),
  ProgressResponse: asJsonSchema(exchange.progressResponse, 'output'),
  Error: asJsonSchema(
    z.object({
      error: z.object({
        code: z.string(),
        message: z.string(),
        target: z.string().optional(),
        details: z.array(z.object({ code: z.string(), target: z.string(), message: z.string() })).optional(),
      }),
    }),
  ),
}
type SchemaName = keyof typeof SCHEMAS

const ref = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const answer = (description: string, schema?: object) => ({
  description,
  ...(schema === undefined ? {} : json(schema)),
})
const refused = { default: answer('Refused; the code is stable, the message says what to do.', ref('Error')) }

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const inQuery = (name: string, schema: object, required = false) => ({ name, in: 'query', required, schema })
const version = inQuery('api-version', { enum: API_VERSIONS }, true)
const listing = [
  version,
  inQuery('$top', { type: 'integer', minimum: 1, maximum: 100 }),
  inQuery('$filter', { type: 'string', maxLength: 1_024 }),
  inQuery('$skiptoken', { type: 'string' }),
]
const text = { type: 'string' }
const anything = { type: 'object' }
const list = {
  type: 'object',
  required: ['value'],
  properties: { value: { type: 'array', items: anything }, nextLink: text },
}

interface Operation {
  readonly summary: string
  readonly parameters?: readonly object[]
  readonly body?: SchemaName
  readonly answers: object
  readonly open?: true
}

function operation({ summary, parameters = [], body, answers, open }: Operation) {
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...json(ref(body)) } }),
    responses: { ...answers, ...refused },
    security: open === true ? [] : [{ token: [] }],
  }
}

const provider = `/providers/${PROVIDER}`
const ofSubscription = `/subscriptions/{subscription}${provider}/jobs`
const ofGroup = `/subscriptions/{subscription}/resourceGroups/{group}${provider}/jobs`
const subscription = [inPath('subscription')]
const group = [...subscription, inPath('group')]
const job = [...group, inPath('name'), version]
const station = inQuery('station', { type: 'string', minLength: 1, maxLength: 64 }, true)
const after = inQuery('after', { type: 'integer', minimum: 0 })

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Tallydock service', version: String(exchange.EXCHANGE_VERSION) },
  components: {
    schemas: SCHEMAS,
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
  },
  paths: {
    [`${provider}/operations`]: {
      get: operation({
        summary: 'What can be done',
        parameters: [version],
        answers: { 200: answer('Operations', list) },
      }),
    },
    [`${provider}/locations`]: {
      get: operation({
        summary: 'Places drives can be sent to',
        parameters: [version],
        answers: { 200: answer('Locations', list) },
      }),
    },
    [`${provider}/locations/{location}`]: {
      get: operation({
        summary: 'One place, by either of its names',
        parameters: [inPath('location'), version],
        answers: { 200: answer('Location', anything) },
      }),
    },
    [ofSubscription]: {
      get: operation({
        summary: 'Jobs of a subscription, with their drives',
        parameters: [...subscription, ...listing],
        answers: { 200: answer('A page of jobs', list) },
      }),
    },
    [ofGroup]: {
      get: operation({
        summary: 'Jobs of a resource group, without their drives',
        parameters: [...group, ...listing],
        answers: { 200: answer('A page of jobs', list) },
      }),
    },
    [`${ofGroup}/{name}`]: {
      get: operation({ summary: 'A job', parameters: job, answers: { 200: answer('Job', anything) } }),
      put: operation({
        summary: 'Creates a job, or changes one in Creating',
        parameters: job,
        body: 'PutJobParameters',
        answers: { 200: answer('Job', anything), 201: answer('Job', anything) },
      }),
      patch: operation({
        summary: 'Changes, announces or cancels a job',
        parameters: job,
        body: 'UpdateJobParameters',
        answers: { 200: answer('Job', anything) },
      }),
      delete: operation({
        summary: 'Deletes a job in Creating or Completed',
        parameters: job,
        answers: { 200: answer('Deleted') },
      }),
    },
    [`${ofGroup}/{name}/listBitLockerKeys`]: {
      post: operation({
        summary: 'BitLocker keys of a job; each reading is recorded',
        parameters: job,
        answers: { 200: answer('Keys', list) },
      }),
    },
    '/dock/v1/entries': {
      post: operation({
        summary: "A station's entries, in order",
        body: 'PushRequest',
        answers: { 200: answer('An answer for each entry', ref('PushResponse')) },
      }),
    },
    '/dock/v1/changes': {
      get: operation({
        summary: 'What others wrote behind a cursor',
        parameters: [station, after, inQuery('limit', { type: 'integer', minimum: 1, maximum: 500 })],
        answers: { 200: answer('A page of changes', ref('PullResponse')) },
      }),
    },
    '/dock/v1/stream': {
      get: operation({
        summary: 'Server-sent events: others have written something',
        parameters: [station, after],
        answers: { 200: { description: 'Events', content: { 'text/event-stream': {} } } },
      }),
    },
    '/dock/v1/progress': {
      post: operation({
        summary: 'How far running copies are',
        body: 'ProgressReport',
        answers: { 200: answer('Taken', ref('ProgressResponse')) },
      }),
    },
    '/dock/v1/jobs/{id}/keys': {
      get: operation({
        summary: 'BitLocker keys for a station; each reading is recorded',
        parameters: [inPath('id')],
        answers: { 200: answer('Keys', ref('KeysResponse')) },
      }),
    },
    '/dock/v1/jobs/{id}/export': {
      get: operation({
        summary: 'What an export job wants on its drives',
        parameters: [inPath('id')],
        answers: { 200: answer('Selection', ref('ExportResponse')) },
      }),
    },
    '/healthz': {
      get: operation({
        summary: 'Whether the service works',
        answers: { 200: answer('It does', anything) },
        open: true,
      }),
    },
    '/metrics': {
      get: operation({
        summary: 'Figures for Prometheus',
        answers: { 200: { description: 'Figures', content: { 'text/plain': {} } } },
        open: true,
      }),
    },
    '/openapi.json': {
      get: operation({ summary: 'This document', answers: { 200: answer('OpenAPI', anything) }, open: true }),
    },
  },
}
