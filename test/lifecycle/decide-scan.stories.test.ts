import { describe, it } from 'vitest'
import { STORIES } from './stories/index.ts'

describe.each(Object.entries(STORIES))('%s', (_, stories) => {
  it.each(Object.entries(stories))('%s', (_, tell) => tell())
})
