import { expect, test } from 'vitest'
import { type Entry, entrySchema, entryText, NO_HASH } from '../../src/contract/entry.ts'
import { nextChain, textHash } from '../../src/ledger/canonical.ts'

const entry: Entry = {
  prev: NO_HASH,
  after: { chain: NO_HASH, cursor: 0 },
  personal: { hash: NO_HASH, key: 'job/1' },
  pointsAt: '00000000-0000-7000-8000-000000000002',
  body: { zebra: 1, apple: 'Zoë' },
  version: 1,
  kind: 'scan-read',
  actor: 'b-17',
  at: 1,
  seq: 1,
  station: 'dock-1',
  id: '00000000-0000-7000-8000-000000000001',
  format: 1,
}

test('the text of an entry has the members of the schema in their order, and the body as given', () => {
  const members = Object.keys(entrySchema.shape)
  expect(Object.keys(JSON.parse(entryText(entry)))).toEqual(members)
  expect(entryText(entry)).toContain('"body":{"zebra":1,"apple":"Zoë"},"pointsAt"')
})

test('members that are absent are left out', () => {
  const { pointsAt: _, personal: __, ...plain } = entry
  expect(entryText({ ...plain, pointsAt: undefined })).toBe(entryText(plain))
  expect(entryText(plain)).not.toContain('pointsAt')
})

test('an entry read back and written again is the same text', () => {
  const text = entryText(entry)
  expect(entryText(entrySchema.parse(JSON.parse(text)))).toBe(text)
})

test('hashes can be checked with any tool', () => {
  // printf abc | sha256sum; printf '%s%s%s' 000… 7 abc… | sha256sum
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(textHash('abc')).toBe(abc)
  expect(nextChain(NO_HASH, 7, abc)).toBe(textHash(`${NO_HASH}7${abc}`))
})
