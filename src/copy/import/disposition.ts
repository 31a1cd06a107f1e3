/** The published rename rule: ` (2)` goes before the last dot of the file's name, or after a name without dot. */

/** `attempt` 1 is the name itself. A dot in a folder's name is left alone. */
export function candidateName(blobPath: string, attempt: number): string {
  if (attempt === 1) return blobPath
  const slash = blobPath.lastIndexOf('/')
  const dot = blobPath.lastIndexOf('.')
  const at = dot > slash ? dot : blobPath.length
  return `${blobPath.slice(0, at)} (${attempt})${blobPath.slice(at)}`
}
