/** Which container and blob a name means in Azure Blob storage, and the names of what is ours there. */

/** The container that is ours: notes, and uploads that must not be seen yet. No blob of a customer is taken into it. */
export const OWN_CONTAINER = 'tallydock-own'

export interface AzureName {
  readonly container: string
  readonly blob: string
}

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$|^\$(root|web)$/
const LONGEST_NAME = 1024
const MOST_SEGMENTS = 254

/**
 * Undefined when Azure could not hold this name, by its published naming rules: `.` and `..` would be taken for folders on
 * the way, a backslash for a slash, and control characters cannot be listed.
 */
export function azureName(name: string): AzureName | undefined {
  const slash = name.indexOf('/')
  const container = name.slice(0, Math.max(slash, 0))
  const blob = name.slice(slash + 1)
  if (!CONTAINER.test(container) || container === OWN_CONTAINER) return undefined
  if (blob.length === 0 || blob.length > LONGEST_NAME || !blob.isWellFormed()) return undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what cannot be held.
  if (/[\\\u0000-\u001f\u007f-\u009f\ufffe\uffff]/.test(blob)) return undefined
  const segments = blob.split('/')
  if (segments.length > MOST_SEGMENTS || segments.some((one) => one === '.' || one === '..')) return undefined
  if (container === '$root' && segments.length > 1) return undefined
  return { container, blob }
}

/** Throws on a key that is none: keys are made by programs, so that is a defect. */
export function partsOfKey(key: string): readonly [first: string, second: string] {
  const parts = /^([A-Za-z0-9_-][A-Za-z0-9._-]*)\/([A-Za-z0-9_-][A-Za-z0-9._-]*)$/.exec(key)
  if (parts?.[1] === undefined || parts[2] === undefined) throw new Error(`not an upload key: ${key}`)
  return [parts[1], parts[2]]
}

/** Blob of a note in the own container. */
export function noteBlob(key: string): string {
  return `notes/${partsOfKey(key).join('/')}`
}

/** Where the unfinished uploads of a key, or of all keys with this first part, are kept in the own container. */
export function partialPrefix(key: string, which: 'key' | 'first part'): string {
  const [first, second] = partsOfKey(key)
  return which === 'key' ? `partial/${first}/${second}/` : `partial/${first}/`
}
