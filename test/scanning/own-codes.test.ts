import { describe, expect, it } from 'vitest'
import { COMMAND_CODES } from '../../src/labels/texts.ts'
import { commands, HIDDEN_PIN, isGluedOwnCodes, readOwnCode } from '../../src/scanning/own-codes.ts'
import { readScan } from '../../src/scanning/read-scan.ts'
import { makeReturnNumber } from '../../src/scanning/return-number.ts'

const label = makeReturnNumber('7K2M9Q')

describe('our own codes', () => {
  it('are the commands of the command sheets, and two that a form has to go with', () => {
    expect([...commands].sort()).toEqual([...COMMAND_CODES, 'TD-HOME', 'TD-NOTE'].sort())
  })

  it('never show a PIN, whole or cut', () => {
    expect(readScan('TD-PIN-4711')).toMatchObject({ kind: 'pin', pin: '4711', text: HIDDEN_PIN })
    for (const raw of [
      'TD-PIN-47',
      'td-pin-4711x',
      'TD-PIN-4711TD-PIN-4711',
      `TD-PIN-${'4'.repeat(300)}`,
      'XTD-PIN-4711\u0001',
    ])
      expect(JSON.stringify(readScan(raw)), raw).not.toContain('47')
    expect(readScan(`TD-PIN-${'4'.repeat(300)}`).text).toBe(HIDDEN_PIN)
  })

  it.each(commands)('read %s in any case, with its end key and symbology', (command) => {
    for (const raw of [command, command.toLowerCase(), `${command}\r\n`, ` ${command} \t`, `]C0${command}`]) {
      expect(readScan(raw)).toMatchObject({ kind: 'command', command, serialKeys: [], trackingKeys: [] })
    }
  })

  it.each([
    ['TD-BAY-3', '3'],
    ['td-bay-a12', 'A12'],
    ['TD-BAY-RACK-2-SLOT1', 'RACK-2-SLOT1'],
    ['TD-BAY-ABCDEFGHIJKL', 'ABCDEFGHIJKL'],
    ['TD-BAY-ABCDEFGHIJKLM', undefined],
    ['TD-BAY-', undefined],
    ['TD-BAY-3!', undefined],
  ])('read the bay of %s as %s', (raw, bay) => {
    const reading = readScan(raw)
    expect(reading.bay).toBe(bay)
    expect(reading.kind).toBe(bay === undefined ? 'text' : 'bay')
  })

  it('read a badge', () => {
    expect(readScan('TD-BADGE-Anna-07')).toMatchObject({ kind: 'badge', badge: 'ANNA-07' })
  })

  it('read a return label in any case', () => {
    expect(readScan(label.toLowerCase())).toMatchObject({ kind: 'return-label', returnNumber: label })
  })

  it('say so when a text only begins like one of ours, and keep it comparable', () => {
    const misread = `${label.slice(0, -2)}${label.at(-1)}${label.at(-2)}`
    for (const raw of [misread, 'TD-FINISX', 'TD-', 'td-bay-', 'TD-FUTURE', 'TDR-480-24']) {
      expect(readScan(raw)).toMatchObject({ kind: 'text', notSerial: 'own-code' })
    }
    expect(readScan('TD-FINISX').serialKeys).toEqual(['TD-FINISX'])
  })

  it.each([
    'XTD-FINISH',
    'TD-FINISH1',
    'TD FINISH',
    'TD_FINISH',
    'FINISH',
    'TD-FıNISH',
    'TD-FINIſH',
    'TD-FINISH TD',
    '1PTD-UNDO',
    'S/N:TD-UNDO',
  ])('never take %s for a command', (raw) => {
    expect(readScan(raw).kind).toBe('text')
    expect(readScan(raw).command).toBeUndefined()
  })
})

describe('codes of ours in a row', () => {
  it.each([
    'TD-FINISHTD-UNDO',
    'td-nexttd-next',
    'TD-BAY-3TD-UNDO',
    'TD-BAY-3TD-BAY-4',
    `TD-PACK${label}`,
    `${label}${label}TD-SHIP`,
    'TD-BADGE-7TD-FINISH',
  ])('are glued: %s', (raw) => {
    expect(readScan(raw)).toMatchObject({ kind: 'unreadable', unreadable: 'glued' })
  })

  it('are glued for every pair', () => {
    const all = [...commands, 'TD-BAY-3', 'TD-BADGE-7', label]
    for (const one of all) for (const two of all) expect(isGluedOwnCodes(one + two)).toBe(true)
  })

  it.each(['TD-BAY-STD-1', 'TD-FINISHZR5A1N7K', 'ZR5A1N7KTD-FINISH', 'TD-', 'TD-TD-', 'ATD-UNDOTD-UNDO'])(
    'are not glued when a part is none of ours: %s',
    (raw) => {
      expect(readScan(raw).unreadable).toBeUndefined()
    },
  )

  it('leave a bay alone whose name merely holds TD-', () => {
    expect(readOwnCode('TD-BAY-STD-1')).toEqual({ kind: 'bay', bay: 'STD-1' })
    expect(readScan('TD-BAY-STD-1').kind).toBe('bay')
  })
})
