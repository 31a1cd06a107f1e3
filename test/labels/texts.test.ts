import { describe, expect, it } from 'vitest'
import { fill } from '../../src/labels/texts.ts'

describe('a text template', () => {
  it('takes its values', () => {
    expect(fill('Box {{box}} of {{boxes}}', { box: 1, boxes: 2 })).toBe('Box 1 of 2')
  })

  it('does not look for templates inside a value', () => {
    expect(fill('{{a}} {{b}}', { a: '{{b}}', b: '$&' })).toBe('{{b}} $&')
  })

  it('does not print a value that is missing', () => {
    expect(() => fill('{{constructor}}', {})).toThrow(RangeError)
  })
})
