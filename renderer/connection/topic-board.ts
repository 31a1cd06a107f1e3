/** What the engine has told, one state for each topic. Pure. */
import { type Topic, type TopicState, topics } from '../../src/contract/screen.ts'

export type TopicStates = { readonly [T in Topic]?: TopicState<T> }

export interface TopicBoard {
  /** The start of the engine whose revisions these are. */
  readonly engine: string | undefined
  readonly revisions: { readonly [T in Topic]?: number }
  readonly states: TopicStates
}

export const emptyBoard: TopicBoard = { engine: undefined, revisions: {}, states: {} }

/** After a welcome: another start of the engine counts its revisions anew, so nothing of the old one holds. */
export function boardFor(board: TopicBoard, engine: string): TopicBoard {
  return board.engine === engine ? board : { ...emptyBoard, engine }
}

/**
 * The board after a topic was told. A revision that is not newer changes nothing; undefined when the state has not the
 * shape of the contract.
 */
export function tell(
  board: TopicBoard,
  { topic, revision, state }: { readonly topic: string; readonly revision: number; readonly state: unknown },
): TopicBoard | undefined {
  if (!isTopic(topic)) return undefined
  if (revision <= (board.revisions[topic] ?? 0)) return board
  const read = topics[topic].safeParse(state)
  if (!read.success) return undefined
  return {
    ...board,
    revisions: { ...board.revisions, [topic]: revision },
    states: { ...board.states, [topic]: read.data },
  }
}

function isTopic(name: string): name is Topic {
  return Object.hasOwn(topics, name)
}
