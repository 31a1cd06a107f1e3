import { describe, expect, test } from 'vitest'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import { BayNames, type BayNamesParts } from '../../src/station/bay-names.ts'

function names(bays: Record<string, string> = {}, save: BayNamesParts['save'] = () => ok()) {
  const config = { bays }
  return { config, names: new BayNames({ config, save }) }
}

describe('naming a bay by scanning', () => {
  test('the next bay code names the slot that waits, once', () => {
    const dock = names()
    dock.names.wait('2-1.4')
    expect(dock.names.heard('TD-BAY-7')).toEqual(ok('7'))
    expect(dock.names.heard('TD-BAY-8')).toEqual(ok(undefined))
    expect(dock.config.bays).toEqual({ '2-1.4': '7' })
  })

  test('any other scan names nothing, and the slot goes on waiting', () => {
    const dock = names()
    dock.names.wait('2-1.4')
    for (const scan of ['QZ71M0042', 'TD-NEXT', '']) expect(dock.names.heard(scan)).toEqual(ok(undefined))
    expect(dock.names.waiting).toBe('2-1.4')
    dock.names.wait(undefined)
    expect(dock.names.heard('TD-BAY-7')).toEqual(ok(undefined))
  })

  test('a name given to another slot has moved there', () => {
    const dock = names({ '2-1': '7', '2-2': '8' })
    dock.names.wait('2-3')
    dock.names.heard('TD-BAY-7')
    expect(dock.config.bays).toEqual({ '2-2': '8', '2-3': '7' })
  })

  test('a name that cannot be written down is not given', () => {
    const dock = names({ '2-1': '7' }, () => fail('data-folder-unusable', 'The folder is full.'))
    dock.names.wait('2-3')
    expect(dock.names.heard('TD-BAY-7')).toMatchObject({ failure: { code: 'bay-not-named' } })
    expect(dock.config.bays).toEqual({ '2-1': '7' })
  })
})
