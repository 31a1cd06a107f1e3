import { describe, expect, test } from 'vitest'
import { redraw } from '../../build/check/markdown.ts'
import { drawLayers, drawLifeCycle } from '../../build/check/mermaid.ts'
import { illegal, noop, to } from '../../src/lifecycle/cell.ts'

describe('a life cycle drawn', () => {
  test('shows the moves, joins events that lead the same way and leaves out what moves nothing', () => {
    const door = {
      open: { push: to('shut'), slam: to('shut'), lock: illegal('Shut it first.'), undo: to('came-from') },
      shut: {
        push: to('open'),
        slam: noop('It is shut.'),
        lock: to('locked-up'),
        undo: noop('Nothing to undo.'),
      },
      'locked-up': {
        push: illegal('It is locked.'),
        slam: noop('It is shut.'),
        lock: to('locked-up'),
        undo: to('came-from'),
      },
    }
    expect(drawLifeCycle(door).split('\n')).toEqual([
      'stateDiagram-v2',
      '  state "locked-up" as locked_up',
      '  state "the state before" as the_state_before',
      '  open --> shut: push, slam',
      '  open --> the_state_before: undo',
      '  shut --> open: push',
      '  shut --> locked_up: lock',
      '  locked_up --> locked_up: lock',
      '  locked_up --> the_state_before: undo',
    ])
  })
})

describe('layers drawn', () => {
  test('give features one box, parts a name on the arrow and types a dotted arrow', () => {
    const nothing = { packages: [], builtins: [] }
    const layers = {
      'src/rules': { ours: [], ...nothing },
      'src/ports': { ours: [], types: ['src/rules'], ...nothing },
      'src/left': { ours: ['src/ports'], ...nothing },
      'src/right': { ours: ['src/ports', 'src/rules/words.ts'], ...nothing },
      app: { ours: ['src/left', 'src/right'], ...nothing },
    }
    expect(drawLayers(layers, ['src/left', 'src/right']).split('\n')).toEqual([
      'flowchart TD',
      '  subgraph features',
      '    left',
      '    right',
      '  end',
      '  features --> ports',
      '  ports -.-> rules',
      '  right -->|words.ts| rules',
      '  app --> features',
    ])
  })
})

describe('a page with drawings', () => {
  const page = 'before\n<!-- drawing:door -->\nold\n<!-- /drawing -->\nafter\n'

  test('changes between the markers only, and a second time not at all', () => {
    const fresh = redraw(page, { door: 'new' })
    expect(fresh).toBe('before\n<!-- drawing:door -->\n\nnew\n\n<!-- /drawing -->\nafter\n')
    expect(redraw(fresh, { door: 'new' })).toBe(fresh)
  })

  test('refuses a drawing without a place and a place without a drawing', () => {
    expect(() => redraw(page, { door: 'new', window: 'new' })).toThrow('no place for: window')
    expect(() => redraw(page, { window: 'new' })).toThrow('a place for "door"')
  })
})
