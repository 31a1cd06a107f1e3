import { describe, expect, it } from 'vitest'
import { EntryTickets, TICKET_LIFE_MS } from '../../src/host/entry-tickets.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'

function tickets() {
  const clock = new FakeClock()
  return { clock, tickets: new EntryTickets({ clock, ids: new CountingIds() }) }
}

describe('entry tickets', () => {
  it('are good once', () => {
    const { tickets: some } = tickets()
    const ticket = some.issue()

    expect([some.spend(ticket), some.spend(ticket)]).toEqual([true, false])
  })

  it('are good for five minutes', () => {
    const { tickets: some, clock } = tickets()
    const [soon, late] = [some.issue(), some.issue()]

    clock.advance(TICKET_LIFE_MS - 1)
    expect(some.spend(soon)).toBe(true)
    clock.advance(1)
    expect(some.spend(late)).toBe(false)
  })

  it('are forgotten when many newer ones were made', () => {
    const { tickets: some } = tickets()
    const first = some.issue()
    const newer = Array.from({ length: 8 }, () => some.issue())

    expect([first, ...newer].map((ticket) => some.spend(ticket))).toEqual([false, ...newer.map(() => true)])
  })
})
