/** Where the thing in the operator's hand goes. Pure. */
import type { ShownScan } from '../../../src/contract/screen.ts'

export type PutDown =
  | { readonly to: 'tray'; readonly letter: string }
  /** The tray bears the job's name: no open box gave it a letter. */
  | { readonly to: 'tray-of'; readonly job: string }
  | { readonly to: 'hold' }
  | { readonly to: 'extra' }
  | { readonly to: 'bay'; readonly bay: string }
  | { readonly to: 'box'; readonly number: string }
  /** Nothing was counted: it stays in the hand. */
  | { readonly to: 'hand' }

const LETTER = /^[A-Z]$/

export function putDownOf(scan: ShownScan): PutDown | undefined {
  const { verdict, say, tray } = scan
  if (verdict === 'unreadable' || verdict === 'not-a-drive-serial') return { to: 'hand' }
  const { bay } = say.facts
  if ((say.name === 'placed-in-bay' || say.name === 'in-bay-already') && bay !== undefined)
    return { to: 'bay', bay: String(bay) }
  const inBox = verdict === 'packed' || (verdict === 'label-printed' && scan.drive !== undefined)
  if (inBox && scan.return !== undefined) return { to: 'box', number: scan.return }
  if (tray === undefined || tray === '' || verdict === 'undone') return undefined
  if (tray === 'HOLD') return { to: 'hold' }
  if (tray === 'EXTRA') return { to: 'extra' }
  return LETTER.test(tray) ? { to: 'tray', letter: tray } : { to: 'tray-of', job: tray }
}
