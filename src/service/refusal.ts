import type { ZodError } from 'zod'
import type { Failure } from '../lifecycle/outcome.ts'

/** Why a request was not done, in a form every caller of the API gets. `code` follows the API's own spelling. */
export interface Refusal extends Failure {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503
  /** The member that is meant, e.g. `properties.driveList[0].driveId`. */
  readonly target?: string
  readonly details?: readonly RefusalDetail[]
  /** Seconds after which trying again makes sense. */
  readonly retryAfterS?: number
}

export interface RefusalDetail {
  readonly code: string
  readonly target: string
  readonly message: string
}

/** An `Outcome` whose failure knows its HTTP status. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Refusal }

type More = Omit<Refusal, 'status' | 'code' | 'sentence'>

export function refuse(
  status: Refusal['status'],
  code: string,
  sentence: string,
  more: More = {},
): { readonly ok: false; readonly failure: Refusal } {
  return { ok: false, failure: { status, code, sentence, ...more } }
}

const MOST_DETAILS = 20

/** A body that does not have the agreed shape: every place is named, no value is repeated (it may be a secret). */
export function refuseShape(error: ZodError): { readonly ok: false; readonly failure: Refusal } {
  const details = error.issues.slice(0, MOST_DETAILS).map((issue) => ({
    code: 'InvalidMember',
    target: targetOf(issue.path),
    message: `${targetOf(issue.path)} ${wordsOf(issue)}.`,
  }))
  const [first] = details
  return refuse(
    400,
    'InvalidRequestBody',
    `${first?.message ?? 'The body is not valid.'} Correct the body and send it again.`,
    { ...(first === undefined ? {} : { target: first.target }), details },
  )
}

function targetOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
  return parts.join('').replace(/^\./, '') || 'body'
}

/** Our shapes speak in half sentences that begin with a small letter; the library's own begin with a capital. */
function wordsOf(issue: ZodError['issues'][number]): string {
  if (/^[a-z]/.test(issue.message)) return issue.message.replace(/\.$/, '')
  if (issue.code === 'invalid_type') return `must be of type ${issue.expected}`
  return `is not valid (${issue.message.replace(/\.$/, '')})`
}
