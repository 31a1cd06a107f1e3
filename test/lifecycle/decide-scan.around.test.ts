import { describe, it } from 'vitest'
import { around } from './stories/around.ts'

describe('around', () => {
  for (const [name, tell] of Object.entries(around)) it(name, tell)
})
