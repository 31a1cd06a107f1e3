/** The same for a quarter of an hour: what happens once in ten thousand docks. */
import { describe, it } from 'vitest'
import { letAnythingHappen } from './anything.ts'

describe('a dock where anything may happen', () => {
  it('never comes into an impossible state, and every drive can go home', { timeout: 3_600_000 }, () => {
    letAnythingHappen(20_000)
  })
})
