/** What the system said. */

/** The symbolic error number (`ENOENT`) of a failed system call. Any other error is a defect and is thrown on. */
export function errnoOf(error: unknown): string {
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/.test(error.code)
  )
    return error.code
  throw error
}

export type FileRefusal = 'FileNameInvalid' | 'FileNameTooLong' | 'FileNotFound' | 'FileAccessDenied'

/** Errors that speak of the file, not of the drive. Undefined: the drive could not read. */
export function refusalOf(errno: string): FileRefusal | undefined {
  return REFUSALS[errno]
}

const REFUSALS: Readonly<Record<string, FileRefusal>> = {
  ENOENT: 'FileNotFound',
  ENOTDIR: 'FileNotFound',
  EACCES: 'FileAccessDenied',
  EPERM: 'FileAccessDenied',
  /** A link where a file was a moment ago. */
  ELOOP: 'FileAccessDenied',
  ENAMETOOLONG: 'FileNameTooLong',
  EINVAL: 'FileNameInvalid',
  EILSEQ: 'FileNameInvalid',
}
