import { describe, expect, test } from 'vitest'
import { ExportTurns } from '../../src/station/export-turns.ts'

describe('drives of one export job', () => {
  test('settle their shares one after the other', () => {
    const turns = new ExportTurns()
    expect(turns.mayBegin('J', 0)).toBe(true)
    turns.began('J', 'A')
    expect(turns.mayBegin('J', 1)).toBe(false)
    expect(turns.mayBegin('another', 0)).toBe(true)
    turns.planned('J', 3)
    expect(turns.mayBegin('J', 1)).toBe(true)
  })

  test('wait while others carry everything, and step in when one of them gives something back', () => {
    const turns = new ExportTurns()
    turns.began('J', 'A')
    turns.planned('J', 0)
    expect(turns.isAllCarried('J')).toBe(true)
    expect(turns.mayBegin('J', 1)).toBe(false)
    turns.planned('J', 2)
    turns.over('J', 'A')
    expect(turns.isAllCarried('J')).toBe(false)
    expect(turns.mayBegin('J', 0)).toBe(true)
  })

  test('a process that ends before its share is settled makes way', () => {
    const turns = new ExportTurns()
    turns.began('J', 'A')
    turns.over('J', 'A')
    expect(turns.mayBegin('J', 0)).toBe(true)
  })
})
