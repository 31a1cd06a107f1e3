/** Which names a blob may have, from the published naming rules of blob storage. */

const LONGEST_NAME = 1024
const MOST_SEGMENTS = 254
/** `$root`, and the other containers whose names storage itself gives. */
const SYSTEM_CONTAINER = /^\$[a-z]+$/
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/

/** Undefined when the name is fine; otherwise what is wrong with it, to stand after "the blob's name". */
export function blobNameProblem(blobPath: string): string | undefined {
  const slash = blobPath.indexOf('/')
  if (slash < 0) return 'has no container'
  const container = blobPath.slice(0, slash)
  const name = blobPath.slice(slash + 1)
  if (!CONTAINER.test(container) && !SYSTEM_CONTAINER.test(container))
    return 'begins with no valid container name'
  if (name.length === 0) return 'is empty'
  if (name.length > LONGEST_NAME) return 'is longer than 1024 characters'
  if (name.includes('\\')) return 'contains a backslash'
  if (name.split('/').length > MOST_SEGMENTS) return 'has more than 254 segments'
  if (container === '$root' && name.includes('/'))
    return 'contains a slash, which the root container cannot hold'
  return undefined
}
