import { describe, it } from 'vitest'
import { undoing } from './stories/undoing.ts'

describe('undoing', () => {
  for (const [name, tell] of Object.entries(undoing)) it(name, tell)
})
