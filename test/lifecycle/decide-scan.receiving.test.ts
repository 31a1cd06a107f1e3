import { describe, it } from 'vitest'
import { receiving } from './stories/receiving.ts'

describe('receiving', () => {
  for (const [name, tell] of Object.entries(receiving)) it(name, tell)
})
