/**
 * Where a list goes on: the name key of the last job shown. It only makes sense to the list that gave it out, which is
 * checked by its prefix; it grants nothing, since every page is authorised anew.
 */
export function pageToken(nameKey: string): string {
  return Buffer.from(JSON.stringify([1, nameKey]), 'utf8').toString('base64url')
}

/** The name key in a token given out for `prefix`; undefined when it is no such token. */
export function readPageToken(token: string, prefix: string): string | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (!Array.isArray(read) || read.length !== 2 || read[0] !== 1) return undefined
    const nameKey: unknown = read[1]
    return typeof nameKey === 'string' && nameKey.startsWith(prefix) ? nameKey : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
