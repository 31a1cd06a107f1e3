/** What a file system's refusal means for a blob. */
import type { BlobFailure, BlobFailureCode } from '../../ports/blob-store.ts'

export interface FailedBlob {
  readonly ok: false
  readonly failure: BlobFailure
}

export function failBlob(
  code: BlobFailureCode,
  sentence: string,
  options: { readonly detail?: string; readonly permanent?: boolean } = {},
): FailedBlob {
  const { detail, permanent = true } = options
  const failure = { code, sentence, permanent }
  return { ok: false, failure: detail === undefined ? failure : { ...failure, detail } }
}

/** Answers of a file system that may well be another one a moment later, mostly from network shares. */
const PASSING = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ESTALE', 'ETIMEDOUT', 'ENOTCONN'])

/**
 * `doing` completes "The storage folder failed while …". A SyntaxError means a file of ours that cannot be read. Throws on
 * anything else that is no system error: that is a defect.
 */
export function blobFailure(error: unknown, doing: string): FailedBlob {
  if (error instanceof SyntaxError)
    return failBlob('IOFailed', 'The properties kept beside a blob cannot be read: look at the file named.', {
      detail: error.message,
    })
  const code = errnoOf(error)
  if (code === undefined) throw error
  const detail = error instanceof Error ? error.message : code
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return failBlob('storage-full', 'The storage folder is full: free some room, then go on.', { detail })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return failBlob(
        'BlobRequestForbidden',
        `The storage folder refused ${doing}: check who may write there.`,
        { detail },
      )
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
      return failBlob(
        'IOFailed',
        `The disk behind the storage folder failed while ${doing}: check that disk.`,
        {
          detail,
        },
      )
    default:
      return failBlob('BlobRequestFailed', `The storage folder failed while ${doing}: see the detail.`, {
        detail,
        permanent: !PASSING.has(code),
      })
  }
}

/** The symbolic error number (`ENOENT`) of a failed system call; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined
}
