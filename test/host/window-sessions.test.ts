import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SESSION_LIFE_MS, SESSION_RENEWED_MS, WindowSessions } from '../../src/host/window-sessions.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'

const KEY = Buffer.alloc(32, 1)
const ids = new CountingIds()

function start(clock = new FakeClock(), key = KEY) {
  return { clock, sessions: new WindowSessions({ clock, ids, key }) }
}

describe('window sessions', () => {
  it('are known to the next start with the same key, and to no other key', () => {
    const { clock, sessions } = start()
    const session = sessions.open()

    expect(start(clock).sessions.standing(session)).toBe('good')
    expect(start(clock, Buffer.alloc(32, 2)).sessions.standing(session)).toBe('unknown')
  })

  it('grow old and end', () => {
    const { clock, sessions } = start()
    const session = sessions.open()
    const at = (ageMs: number) => {
      const later = new FakeClock(clock.now() + ageMs)
      return start(later).sessions.standing(session)
    }

    expect(
      [SESSION_RENEWED_MS - 1, SESSION_RENEWED_MS, SESSION_LIFE_MS - 1, SESSION_LIFE_MS].map(at),
    ).toEqual(['good', 'to-be-renewed', 'to-be-renewed', 'unknown'])
    // The clock was set back a little, or by so much that the session would outlive its end.
    expect([-60_000, -600_000].map(at)).toEqual(['good', 'unknown'])
  })

  it('are each of their own', () => {
    const { sessions } = start()

    expect(sessions.open()).not.toBe(sessions.open())
  })

  it('are not known when a single character was changed, or when they are anything else', () => {
    const { sessions } = start()
    const session = sessions.open()
    const changed = fc
      .tuple(fc.nat(session.length - 1), fc.constantFrom(...'0123456789abcdef.'))
      .map(([at, to]) => session.slice(0, at) + to + session.slice(at + 1))

    fc.assert(
      fc.property(
        fc.oneof(
          changed,
          fc.string(),
          fc.string().map((text) => `${session}${text}`),
        ),
        (text) => text === session || sessions.standing(text) === 'unknown',
      ),
    )
  })
})
