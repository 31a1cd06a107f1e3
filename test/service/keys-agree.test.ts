import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { serialKey } from '../../src/lifecycle/serial-key.ts'
import { trackingBase, trackingKey } from '../../src/lifecycle/tracking-base.ts'
import * as scannedSerials from '../../src/scanning/serial-key.ts'
import * as scannedTracking from '../../src/scanning/tracking-key.ts'

describe('what a customer orders and what an operator scans', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^ ?[a-zA-Z0-9]{1,12}(-\d{1,3}){0,3} ?$/),
  )

  test('have the same normal form', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(serialKey(given)).toBe(scannedSerials.serialKey(given))
        expect(trackingKey(given)).toBe(scannedTracking.trackingKey(given))
        expect(trackingBase(given)).toBe(scannedTracking.trackingBase(given))
      }),
    )
  })

  test('which stays when it is taken again', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(serialKey(serialKey(given))).toBe(serialKey(given))
        expect(trackingBase(trackingBase(given))).toBe(trackingBase(given))
      }),
    )
  })

  test('lets several jobs share a package', () => {
    expect(['1z 99 12', '1Z9912-1', '1z9912-02', '1Z9912-12'].map(trackingBase)).toEqual([
      '1Z9912',
      '1Z9912',
      '1Z9912-02',
      '1Z9912',
    ])
    expect(trackingBase('123-45-67')).toBe('123-45-67')
  })
})
