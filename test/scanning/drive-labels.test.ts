import { describe, expect, it } from 'vitest'
import { labelShapes } from '../../src/scanning/drive-labels.ts'
import { readScan } from '../../src/scanning/read-scan.ts'
import { plainSerials } from './plain-serials.ts'

/** What is printed beside the serial, by what it is. */
const printed = {
  model: [
    'ST8000NM0055',
    'ST2000DL003-9VT166',
    'ST1000LM049-2GH172',
    'ST16000NM001G',
    'ST500DM002',
    'ST3750640AS',
    'WD40EFRX-68N32N0',
    'WD40EFRX',
    'WD5000AAKS-00V1A0',
    'WD2500JS-40TGB0',
    'WD101EDAZ',
    'WD10EZEX-08WN4A0',
    'WDS500G1R0A-68A4W0',
    'HUS728T8TALE6L4',
    'HUH721212ALE600',
    'HDS721050CLA662',
    'HTS541010A9E680',
    'WUS721010ALE6L4',
    'HUSMM1616ASS200',
    'MG08ACA16TE',
    'MG04ACA400E',
    'MG08ADA800E',
    'MQ01ABD100',
    'DT01ACA200',
    'AL15SEB120N',
    'HDWD120',
    'HDWL110',
    'MK5055GSX',
    'MZ7LH960HAJR',
    'MZ7LH960HAJR-00005',
    'MZ7KM480HMHQ-00005',
    'MZ7L3240HCHQ-00A07',
    'MZVLB1T0HBLR-000H1',
    'MZ-76E500',
    'MZ-7LH960',
    'MZ-76E500B/AM',
    'HD103SJ',
    'MTFDDAK960TDS',
    'MTFDDAK256TDL-1AW1ZABFA',
    'CT1000MX500SSD1',
    'CT240BX500SSD1',
    'CT500P1SSD8',
    'CT128M4SSD2',
    'SSDSC2KB960G8',
    'SSDSC2CW240A3',
    'SSDPE2KX040T8',
    'SA400S37/240G',
    'SA400S37960G',
    'SEDC500M/960G',
    'SEDC600M960G',
    'SKC600/512G',
    'SV300S37A/120G',
    'SD8SB8U-256G-1006',
    'SDSSDA-240G',
    'SDSSDH3-1T00',
    '1PST8000NM0055',
    'MODEL: WD40EFRX-68N32N0',
    'MDL WD2500JS',
    'M/N: anything at all',
  ],
  'part-number': [
    '2KH103-001',
    '1EV174-510',
    '9VT166-301',
    '0F30146',
    'HDKFB02AZA01',
    'P/N: 2KH103-001',
    'PN 0B36048',
    '1P2KH103-001',
    '(1P)ABC-123',
    'Part No.: 1234',
  ],
  wwn: [
    '5000C500A1B2C3D4',
    '5000c500a1b2c3d4',
    '5 0014ee 2ad04e9a0',
    '0x5000cca264c1d2e3',
    'WWN: 5000C500A1B2C3D4',
    'WWN 50026B7782000000',
  ],
  psid: ['VUVUVUVU0123456789ABCDEFGHJKLMNP', 'PSID: whatever'],
  capacity: ['8TB', '8000GB', '7.68 TB', '1,92TB', '500 GB'],
  ean: [
    '6291041500213',
    '763649123454',
    ']E00763649123454',
    ']E04006381333931',
    'EAN: 123',
    ']C10109521234543213',
  ],
  date: [
    '19 JUN 2021',
    '02-FEB-2019',
    '2021-06',
    '2021-06-19',
    '06/2021',
    '10D2125',
    'DATE: 18123',
    'DOM: 19 JUN 2021',
  ],
  revision: ['FW: SN04', 'F/W:0001', 'REV A1', 'R/N: 800070', 'DCM: HARNHTJAB'],
  'routing-code': ['2LKW:KWIKCO+57000001', '2LGBKW1+57000001', '42098101', ']C14209810112345'],
} as const

describe('things printed on a drive or box that are not its serial', () => {
  for (const [means, texts] of Object.entries(printed)) {
    it.each(texts)(`names ${means}: %s`, (text) => {
      expect(readScan(text)).toMatchObject({ kind: 'text', notSerial: means })
    })
  }

  it('still offers such a text as a key, so that an exact match with something expected can win', () => {
    expect(readScan('2kh103-001').serialKeys).toEqual(['2KH103-001'])
    expect(readScan('986578788855').serialKeys).toEqual(['986578788855'])
  })

  it.each(labelShapes)('the example of $maker, $example, fits its own row first', (shape) => {
    const first = labelShapes.find(({ pattern }) => pattern.test(shape.example))
    expect(first).toBe(shape)
  })
})

describe('plain serials', () => {
  it.each(plainSerials)('are not called anything else: %s', (serial) => {
    for (const raw of [serial, serial.toLowerCase(), ` ${serial}\r`, `]C0${serial}`]) {
      const reading = readScan(raw)
      expect(reading.kind).toBe('text')
      expect(reading.notSerial).toBeUndefined()
      expect(reading.serialKeys[0]).toBe(serial)
    }
  })

  it.each(plainSerials)('are found behind the names labels print: %s', (serial) => {
    for (const raw of [
      `S/N: ${serial}`,
      `SN:${serial}`,
      `SN ${serial}`,
      `(S)${serial}`,
      `Serial No.: ${serial}`,
      `s/n ${serial}`,
    ]) {
      expect(readScan(raw).serialKeys[0]).toBe(serial)
      expect(readScan(raw).notSerial).toBeUndefined()
    }
  })

  it.each(plainSerials)('are found behind data identifiers, after the exact text: %s', (serial) => {
    for (const prefix of ['S', '21']) {
      const { serialKeys } = readScan(prefix + serial)
      expect(serialKeys[0]).toBe(prefix + serial)
      expect(serialKeys).toContain(serial)
    }
    expect(readScan(`]C121${serial}`).serialKeys[0]).toBe(serial)
    expect(readScan(`010952123454321321${serial}`).serialKeys[0]).toBe(serial)
    expect(readScan(`]d20109521234543213\u001d21${serial}\u001d10LOT`).serialKeys[0]).toBe(serial)
  })
})
