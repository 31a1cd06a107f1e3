/**
 * A life cycle is one complete table: every state meets every event. Doing nothing and refusing are decisions and
 * carry their reason, so the table can be walked, drawn and read aloud.
 */
export type Cell<State extends string> =
  /** `came-from`: back to the state this record stood in before (undo). */
  | { readonly to: State | 'came-from' }
  /** Calmly nothing: the world is already so. */
  | { readonly noop: string }
  | { readonly illegal: string }

export type Table<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Record<Event, Cell<State>>>>
>

export const to = <S extends string>(state: S | 'came-from'): { readonly to: S | 'came-from' } => ({
  to: state,
})
export const noop = (because: string): { readonly noop: string } => ({ noop: because })
export const illegal = (because: string): { readonly illegal: string } => ({ illegal: because })

export type Step<State extends string> =
  | { readonly kind: 'moved'; readonly state: State }
  | { readonly kind: 'no-op'; readonly because: string }
  | { readonly kind: 'illegal'; readonly because: string }

/** What `event` does to a record in `state`; `cameFrom` answers a `came-from` cell. */
export function step<State extends string, Event extends string>(
  table: Table<State, Event>,
  state: State,
  event: Event,
  cameFrom?: State,
): Step<State> {
  const cell = table[state][event]
  if ('noop' in cell) return { kind: 'no-op', because: cell.noop }
  if ('illegal' in cell) return { kind: 'illegal', because: cell.illegal }
  if (cell.to !== 'came-from') return { kind: 'moved', state: cell.to }
  if (cameFrom === undefined) return { kind: 'illegal', because: 'Nothing is known of the state before.' }
  return { kind: 'moved', state: cameFrom }
}
