import { describe, expect, test } from 'vitest'
import type { Ids } from '../../src/ports/ids.ts'

const MANY = 1_000

/** What everything random must look like, wherever it comes from. */
export function idsSuite(name: string, make: () => Ids): void {
  describe(`${name} as ids`, () => {
    test('UUIDs are lower case with hyphens, of version 7, and never made twice', () => {
      const ids = make()
      const made = Array.from({ length: MANY }, () => ids.uuid())
      for (const id of made)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(new Set(made).size).toBe(MANY)
    })

    test('codes are Crockford base 32 of the asked length, hex is two digits a byte', () => {
      const ids = make()
      for (const length of [1, 6, 26])
        expect(ids.code(length)).toMatch(new RegExp(`^[0-9A-HJKMNP-TV-Z]{${length}}$`))
      for (const length of [1, 16, 32])
        expect(ids.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${2 * length}}$`))
    })
  })
}
