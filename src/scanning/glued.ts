/** Takes apart scans that ran together because a scanner lost its end key. */
import { serialKey } from './serial-key.ts'

/**
 * The known strings the text is made of when it is exactly two or more of them in a row, in any case and without
 * regard to blanks; each as it was given. Undefined when it is not, when the text is itself one known string, or
 * when it can be taken apart in more than one way: a guess must not become two scans.
 */
export function splitGlued(text: string, known: readonly string[]): readonly string[] | undefined {
  const key = serialKey(text)
  const pieces = new Map(known.map((each) => [serialKey(each), each] as const).toReversed())
  pieces.delete('')
  // From the end: in how many ways (2 stands for more) the rest can be taken apart, and the first piece of the way.
  const ways = new Array<number>(key.length + 1).fill(0)
  const first = new Array<string>(key.length)
  ways[key.length] = 1
  for (let at = key.length - 1; at >= 0; at--) {
    for (const piece of pieces.keys()) {
      const rest = key.startsWith(piece, at) ? (ways[at + piece.length] ?? 0) : 0
      if (rest === 0) continue
      ways[at] = Math.min(2, (ways[at] ?? 0) + rest)
      first[at] = piece
    }
  }
  if (ways[0] !== 1) return undefined
  const found: string[] = []
  for (let at = 0; at < key.length; ) {
    const piece = first[at] ?? ''
    found.push(pieces.get(piece) ?? piece)
    at += piece.length
  }
  return found.length > 1 ? found : undefined
}
