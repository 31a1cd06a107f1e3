import { expect, test } from 'vitest'
import { readSentences } from '../../src/station/sentences.ts'

test('a verdict is spoken with its own words', () => {
  const speak = readSentences('en')
  expect(
    speak({
      verdict: 'received',
      say: 'received',
      next: 'scan-next-drive',
      facts: { job: 'larkfield', received: 7, expected: 10 },
    }),
  ).toEqual({ sentence: 'larkfield: 7 of 10 drives are in.', next: 'Scan the next drive.' })
})
