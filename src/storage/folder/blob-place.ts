/**
 * Which file a blob's name becomes. A name the file system can hold is kept as it is; any other goes to a file
 * named by its SHA-256, so that no name can escape the root, collide or be refused.
 */
import { createHash } from 'node:crypto'

/** The folder at the root that is ours. */
export const OWN_FOLDER = '.tallydock'

const LONGEST_SEGMENT_BYTES = 255
const PROPS_ENDING = '.json'
/** The longest ending a properties file ever bears: `.json.` and a ticket of three numbers below 2^64 in base 36. */
const LONGEST_PROPS_ENDING_BYTES = 6 + 3 * 13 + 2

/** What a file system cannot hold, beside what none can. */
export type NameRules = 'posix' | 'windows'

export interface BlobPlace {
  /** Folders and file below the root; undefined when no file can bear this name. */
  readonly natural: readonly string[] | undefined
  /** Properties of the natural file; undefined when only the odd place can hold them. */
  readonly naturalProps: readonly string[] | undefined
}

/** Where a blob goes that its natural place cannot hold. */
export function oddPlaceOf(name: string): {
  readonly file: readonly string[]
  readonly props: readonly string[]
} {
  const id = createHash('sha256').update(name).digest('hex')
  return { file: [OWN_FOLDER, 'odd', id], props: [OWN_FOLDER, 'odd', `${id}${PROPS_ENDING}`] }
}

export function placeOf(name: string, rules: NameRules): BlobPlace {
  const segments = name.split('/')
  if (segments[0] === OWN_FOLDER || !segments.every((segment) => isHoldable(segment, rules)))
    return { natural: undefined, naturalProps: undefined }
  const last = segments.at(-1) ?? ''
  const fits = Buffer.byteLength(last) + LONGEST_PROPS_ENDING_BYTES <= LONGEST_SEGMENT_BYTES
  const naturalProps = fits
    ? [OWN_FOLDER, 'props', ...segments.slice(0, -1), `${last}${PROPS_ENDING}`]
    : undefined
  return { natural: segments, naturalProps }
}

function isHoldable(segment: string, rules: NameRules): boolean {
  if (segment === '' || segment === '.' || segment === '..' || segment.includes('\0')) return false
  if (Buffer.byteLength(segment) > LONGEST_SEGMENT_BYTES) return false
  return rules === 'posix' || isHoldableOnWindows(segment)
}

/** Microsoft, "Naming Files, Paths, and Namespaces". */
function isHoldableOnWindows(segment: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Windows refuses exactly these.
  if (/[<>:"|?*\\\x00-\x1f]|[. ]$/.test(segment)) return false
  return !/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i.test(segment)
}
