import { describe, it } from 'vitest'
import { inQuestion } from './stories/in-question.ts'

describe('in-question', () => {
  for (const [name, tell] of Object.entries(inQuestion)) it(name, tell)
})
