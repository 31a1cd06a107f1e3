import { expect, test } from 'vitest'
import { asCsv, csvCell } from '../../src/station/journal-lines.ts'

test.each([
  ['=1+1', `'=1+1`],
  ['+49 30', `'+49 30`],
  ['-2', `'-2`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\tx', `'\tx`],
  ['a "b", c', '"a ""b"", c"'],
  ['=a,"b"', `"'=a,""b"""`],
  ['two\r\nlines', '"two\r\nlines"'],
  ['WX32DA0K4T7N', 'WX32DA0K4T7N'],
])('a cell of CSV is never a formula: %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell)
})

test('lines become rows with a head', () => {
  const line = {
    id: 'e1',
    at: Date.UTC(2026, 1, 3, 8),
    station: 'dock-1',
    by: '42',
    say: { name: 'scan-read', facts: {} },
    text: '=HYPERLINK("x")',
  }
  const row = `2026-02-03T08:00:00.000Z,dock-1,42,scan-read,"'=HYPERLINK(""x"")",e1`
  expect(asCsv([line])).toBe(`time,station,by,kind,about,entry\r\n${row}\r\n`)
})
