/** What a refusal of Azure Blob storage, or of the way to it, means for a blob. */
import { RestError } from '@azure/storage-blob'
import type { BlobFailure, BlobFailureCode } from '../../ports/blob-store.ts'

export interface FailedCall {
  readonly ok: false
  readonly failure: BlobFailure
}

export function failCall(
  code: BlobFailureCode,
  sentence: string,
  options: { readonly detail?: string; readonly permanent?: boolean } = {},
): FailedCall {
  const { detail, permanent = true } = options
  const failure = { code, sentence, permanent }
  return { ok: false, failure: detail === undefined ? failure : { ...failure, detail } }
}

/** Answers that may well be another one a moment later. */
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504])
const PASSING_CODES = new Set(['ContainerBeingDeleted', 'ServerBusy', 'OperationTimedOut', 'InternalError'])

/** The answer's own error code (`BlobNotFound`), or the system's for a broken connection. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined
  const header = error.response?.headers.get('x-ms-error-code')
  return header ?? error.code
}

/**
 * `doing` completes "The storage failed while …". Throws on anything that is no answer and no broken connection: that is a
 * defect. No sentence and no detail repeats a URL, which may hold a SAS.
 */
export function azureFailure(error: unknown, doing: string): FailedCall {
  if (isTimeout(error))
    return failCall('BlobRequestFailed', `The storage did not answer in time while ${doing}.`, {
      permanent: false,
    })
  if (!(error instanceof RestError)) throw error
  const status = error.statusCode
  const code = codeOf(error) ?? 'no code'
  const detail = `${status ?? 'no answer'} ${code}`
  if (status === undefined || code === 'PARSE_ERROR')
    return failCall('BlobRequestFailed', `The storage could not be reached while ${doing}.`, {
      detail,
      permanent: false,
    })
  if (code.startsWith('Lease'))
    return failCall('LeasePresent', 'Somebody holds a lease on this blob: have it released.', { detail })
  if (status === 401 || status === 403)
    return failCall(
      'BlobRequestForbidden',
      `The storage refused ${doing}: its SAS may be revoked, too narrow or out of date. Get a new one.`,
      { detail },
    )
  if (code === 'BlobAlreadyExists' || code === 'ConditionNotMet' || code === 'TargetConditionNotMet')
    return failCall('blob-exists', 'A blob of this name is there already.', { detail })
  if (code === 'BlobNotFound' || (status === 404 && code !== 'ContainerNotFound'))
    return failCall('blob-missing', 'There is no such blob.', { detail })
  if (isDamaged(error, code))
    return failCall('BlobRequestFailed', 'Bytes changed on the way to the storage and were refused there.', {
      detail,
      permanent: false,
    })
  if (status === 507)
    return failCall('storage-full', 'The storage is full: make some room, then go on.', { detail })
  return failCall('BlobRequestFailed', `The storage failed while ${doing}: see the detail.`, {
    detail,
    permanent: !PASSING_STATUS.has(status) && !PASSING_CODES.has(code),
  })
}

/** What arrived had another MD5 than was sent with it. The emulator has no code of its own for that. */
function isDamaged(error: RestError, code: string): boolean {
  return code === 'Md5Mismatch' || /contentMD5 doesn't match/.test(error.message)
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}
