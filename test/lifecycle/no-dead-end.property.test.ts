import { describe, it } from 'vitest'
import { letAnythingHappen } from './anything.ts'

describe('a dock where anything may happen', () => {
  it('never comes into an impossible state, and every drive can go home', () => {
    letAnythingHappen(120)
  })
})
