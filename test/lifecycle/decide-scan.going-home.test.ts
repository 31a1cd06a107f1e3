import { describe, it } from 'vitest'
import { goingHome } from './stories/going-home.ts'

describe('going-home', () => {
  for (const [name, tell] of Object.entries(goingHome)) it(name, tell)
})
