/** How rooms reach the engine: the connection and the clock of the page, through React. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Topic, TopicState } from '../src/contract/screen.ts'
import type { Connection, ConnectionState } from './connection/connect.ts'

export interface PageClock {
  readonly now: () => number
  /** Calls back about once a second. */
  readonly subscribe: (ticked: () => void) => () => void
}

export interface EngineOfPage {
  readonly connection: Connection
  readonly clock: PageClock
}

export const EngineContext = createContext<EngineOfPage | undefined>(undefined)

function useEngine(): EngineOfPage {
  const engine = useContext(EngineContext)
  if (engine === undefined) throw new Error('A room stands outside EngineContext.')
  return engine
}

export function useConnection(): Connection {
  return useEngine().connection
}

/** A part of the connection's state; draws anew only when that part changes. */
export function useConnected<T>(select: (state: ConnectionState) => T): T {
  const { connection } = useEngine()
  return useSyncExternalStore(connection.subscribe, () => select(connection.state()))
}

/** What the engine told last; undefined until it has. */
export function useTopic<T extends Topic>(topic: T): TopicState<T> | undefined {
  return useConnected((state) => state.topics[topic] as TopicState<T> | undefined)
}

/** Milliseconds since 1970, in whole steps: a room that shows minutes asks for minutes. */
export function useNow(stepMs: number): number {
  const { clock } = useEngine()
  return useSyncExternalStore(clock.subscribe, () => Math.floor(clock.now() / stepMs) * stepMs)
}
