/** How far a box is on its way home, and what comes next. Pure. */
import type { TopicState } from '../../../src/contract/screen.ts'

export type Box = TopicState<'ship-back'>['boxes'][number]

export type BoxStand =
  | { readonly at: 'empty' }
  | { readonly at: 'missing'; readonly count: number }
  | { readonly at: 'lacks-address' }
  /** All in, and its label is not on paper yet. */
  | { readonly at: 'printing' }
  | { readonly at: 'labelled' }
  | { readonly at: 'closed' }
  | { readonly at: 'shipped' }

export function standOf(box: Box): BoxStand {
  if (box.state === 'shipped') return { at: 'shipped' }
  if (box.state === 'closed') return { at: 'closed' }
  if (box.missing.length > 0) return { at: 'missing', count: box.missing.length }
  if (box.packed.length === 0) return { at: 'empty' }
  if (box.state === 'labelled') return { at: 'labelled' }
  return box.addressKnown ? { at: 'printing' } : { at: 'lacks-address' }
}

/** A label is earned when every drive that goes home in this box is in it and there is somewhere to send it. */
export function isEarned(box: Box): boolean {
  return box.state !== 'packing' || (box.missing.length === 0 && box.packed.length > 0 && box.addressKnown)
}
