import { useCallback, useEffect, useState } from 'react'
import type { CallAnswer, CallArgs, CallName } from '../../../src/contract/screen.ts'
import type { Failure } from '../../connection/connect.ts'
import { useConnected, useConnection } from '../../engine.ts'

export type Asked<T> =
  | { readonly at: 'asking' }
  | { readonly at: 'answered'; readonly answer: T }
  | { readonly at: 'failed'; readonly failure: Failure }

/**
 * Asks the engine when a room opens, again when `changed` changes, and again when the engine is back. What was answered
 * stays on the screen while the same is asked anew. Keep `args` the same object while they say the same.
 */
export function useCall<N extends Exclude<CallName, 'scan.submit'>>(
  name: N,
  args: CallArgs<N>,
  changed: unknown,
): { readonly asked: Asked<CallAnswer<N>>; readonly again: () => void } {
  const connection = useConnection()
  const here = useConnected(({ engine }) => engine === 'here' || engine === 'silent')
  const [asked, setAsked] = useState<{ args: CallArgs<N>; state: Asked<CallAnswer<N>> }>({
    args,
    state: { at: 'asking' },
  })
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again is what these are for
  useEffect(() => {
    if (!here) return
    let wanted = true
    void connection.call(name, args).then((outcome) => {
      if (!wanted) return
      const state: Asked<CallAnswer<N>> = outcome.ok
        ? { at: 'answered', answer: outcome.answer }
        : { at: 'failed', failure: outcome.failure }
      setAsked({ args, state })
    })
    return () => {
      wanted = false
    }
  }, [connection, name, args, changed, here, round])
  const again = useCallback(() => setRound((now) => now + 1), [])
  // An answer about something else is not an answer.
  return { asked: asked.args === args ? asked.state : { at: 'asking' }, again }
}
