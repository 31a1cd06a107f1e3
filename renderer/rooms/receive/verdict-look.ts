/** Which family, sign and word a verdict has. Word, shape, colour and sound always agree because all four come from here. */
import type { ShownScan } from '../../../src/contract/screen.ts'
import type { Family, Glyph } from '../../parts/family.ts'

type VerdictCode = ShownScan['verdict']

/** Words that stand for a part of a code's verdicts. */
type FinerWord =
  | 'misread'
  | 'unknown'
  | 'not-here'
  | 'which-job'
  | 'elsewhere'
  | 'box-done'
  | 'box-short'
  | 'no-address'
  | 'damaged'

export interface VerdictLook {
  readonly family: Family
  readonly glyph: Glyph
  readonly word: VerdictCode | FinerWord
}

const look = (family: Family, glyph: Glyph, word: VerdictLook['word']): VerdictLook => ({
  family,
  glyph,
  word,
})

const BY_CODE: Readonly<Record<VerdictCode, VerdictLook>> = {
  received: look('received', 'check', 'received'),
  packed: look('received', 'check', 'packed'),
  'arrival-opened': look('received', 'check', 'arrival-opened'),
  'arrival-closed': look('received', 'check', 'arrival-closed'),
  'label-printed': look('received', 'check', 'label-printed'),
  'return-closed': look('received', 'check', 'return-closed'),
  shipped: look('received', 'check', 'shipped'),
  'already-received': look('already', 'equal', 'already-received'),
  'look-up': look('already', 'question', 'look-up'),
  undone: look('already', 'equal', 'undone'),
  command: look('already', 'equal', 'command'),
  extra: look('attention', 'plus', 'extra'),
  held: look('attention', 'pause', 'held'),
  'received-for-another-job': look('attention', 'arrow', 'received-for-another-job'),
  'received-late': look('attention', 'exclamation', 'received-late'),
  'other-site': look('attention', 'arrow', 'other-site'),
  unreadable: look('stop', 'question', 'unreadable'),
  'not-a-drive-serial': look('stop', 'cross', 'not-a-drive-serial'),
  refused: look('stop', 'cross', 'refused'),
}

/** Where one word for the whole code would be untrue: `<code> <sentence>`. */
const FINER: Readonly<Record<string, VerdictLook>> = {
  'unreadable misread': look('stop', 'question', 'misread'),
  'look-up unknown': look('already', 'question', 'unknown'),
  'look-up found-not-here': look('already', 'question', 'not-here'),
  'look-up ask-export': look('already', 'question', 'which-job'),
  'look-up open-elsewhere': look('already', 'question', 'elsewhere'),
  'look-up parcel-done': look('already', 'equal', 'box-done'),
  'look-up packed-already': look('already', 'equal', 'already-received'),
  'look-up in-bay-already': look('already', 'equal', 'already-received'),
  'arrival-closed arrival-closed-already': look('already', 'equal', 'return-closed'),
  'arrival-closed arrival-closed-short': look('attention', 'exclamation', 'box-short'),
  'arrival-closed arrival-held-unannounced': look('attention', 'pause', 'held'),
  'packed label-lacks-address': look('attention', 'exclamation', 'no-address'),
  'command damaged': look('attention', 'exclamation', 'damaged'),
}

export function lookOf({ verdict, say }: Pick<ShownScan, 'verdict' | 'say'>): VerdictLook {
  return FINER[`${verdict} ${say.name}`] ?? BY_CODE[verdict]
}

/** Whether this scan filled its box: one more note sounds. */
export function fillsBox({ verdict, say, count }: Pick<ShownScan, 'verdict' | 'say' | 'count'>): boolean {
  if (say.name === 'received-all-in' || verdict === 'label-printed') return true
  return verdict === 'arrival-closed' && count !== undefined && count.received >= count.expected
}
