import { Shape, WaitShape } from './shape.tsx'

/** Whether something is as it should be, still to come, or in the way. The words stand beside it. */
export function CheckMark({ state }: { readonly state: 'good' | 'waiting' | 'trouble' }) {
  if (state === 'waiting') return <WaitShape />
  if (state === 'good') return <Shape family="received" glyph="check" />
  return <Shape family="attention" glyph="exclamation" />
}
