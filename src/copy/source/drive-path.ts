/** Paths as a manifest writes them: from the drive's root, a backslash before each segment. */
import { fail, type Outcome } from '../../lifecycle/outcome.ts'

export type DrivePathFailure = 'FileNameInvalid' | 'FileNameTooLong'

/** NTFS: one segment, and a whole path. */
const LONGEST_SEGMENT = 255
const LONGEST_PATH = 32_767

/**
 * The segments of a path that stays below the root, or why it is refused. Colons would name a drive letter or an alternate
 * stream; `.` and `..`, empty segments and slashes could leave the root or name another file than a reader expects.
 */
export function drivePath(text: string): Outcome<readonly string[], DrivePathFailure> {
  if (text.length > LONGEST_PATH) return tooLong()
  const segments = text.split('\\')
  if (segments.shift() !== '' || segments.length === 0) return invalid('begins with no backslash')
  for (const segment of segments) {
    if (segment === '') return invalid('has an empty segment')
    if (segment === '.' || segment === '..') return invalid('has a segment of dots')
    if (FORBIDDEN.test(segment)) return invalid('has a colon, a slash or a control character')
    if (segment.length > LONGEST_SEGMENT) return tooLong()
  }
  return { ok: true, value: segments }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse.
const FORBIDDEN = /[:/\u0000-\u001f]/

/** Characters Windows never allows in a name. A file system of another kind may hold them all the same. */
export function isUnlikelyOnNtfs(segments: readonly string[]): boolean {
  return segments.some((segment) => /[<>"|?*]/.test(segment))
}

function invalid(why: string) {
  return fail('FileNameInvalid', `The path on the drive ${why}.`)
}

function tooLong() {
  return fail('FileNameTooLong', 'The path on the drive is longer than NTFS allows.')
}
