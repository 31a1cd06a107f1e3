/**
 * What drive makers print on a label beside the serial: a table of shapes, each with an example and the source it
 * was taken from. Shapes match the whole normal form (no blanks, upper case) and stay narrower than the makers'
 * serials, because a drive whose serial is taken for something else cannot be received by scanning.
 *
 * "drive database" is the drive list of smartmontools, in which makers' models are recorded as drives report them.
 */
import type { NotSerial } from './printed-name.ts'

export interface LabelShape {
  readonly maker: string
  readonly means: NotSerial
  readonly pattern: RegExp
  readonly example: string
  readonly source: string
}

export const labelShapes: readonly LabelShape[] = [
  {
    maker: 'any',
    means: 'wwn',
    // Kingston prints and reports its WWN (IEEE identifier 0026B7) as the serial itself.
    pattern: /^(?!50026B7)5[0-9A-F]{15}$/,
    example: '5000C500A1B2C3D4',
    source: 'INCITS 529 (ACS-4), world wide name: NAA 5, IEEE identifier, vendor part; 16 hex digits',
  },
  {
    maker: 'any',
    means: 'wwn',
    pattern: /^0X5[0-9A-F]{15}$/,
    example: '0X5000CCA264C1D2E3',
    source: 'the same, as operating systems write it',
  },
  {
    maker: 'any',
    means: 'psid',
    pattern: /^(?!\d{32}$)[0-9A-Z]{32}$/,
    example: 'VUVUVUVU0123456789ABCDEFGHJKLMNP',
    source: 'TCG Storage Opal SSC feature set PSID: 32 characters',
  },
  {
    maker: 'any',
    means: 'capacity',
    pattern: /^\d{1,5}(?:[.,]\d{1,2})?[TG]I?B$/,
    example: '7.68TB',
    source: 'capacity as printed, GB or TB (IDEMA LBA1-03)',
  },
  {
    maker: 'any',
    means: 'date',
    pattern: /^\d{1,2}[-/]?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[-/]?(?:19|20)\d{2}$/,
    example: '19JUN2021',
    source: 'production date as Western Digital and HGST print it',
  },
  {
    maker: 'any',
    means: 'date',
    pattern: /^(?:(?:19|20)\d{2}-\d{2}(?:-\d{2})?|(?:0[1-9]|1[0-2])\/(?:19|20)\d{2})$/,
    example: '2021-06',
    source: 'ISO 8601 calendar date, or month/year',
  },
  {
    maker: 'any',
    means: 'date',
    pattern: /^(?:9|10)D\d{4}$/,
    example: '10D2125',
    source: 'ANSI MH10.8.2 data identifiers 9D and 10D: date code of two-digit year and week',
  },
  {
    maker: 'Seagate',
    means: 'model',
    pattern: /^ST\d{3,5}[A-Z]{2}\d{3}[0-9A-Z]?(?:-[0-9A-Z]{6})?$/,
    example: 'ST8000NM0055',
    source: 'Seagate knowledge base, model number formats since 2010 (with part number: ST2000DL003-9VT166)',
  },
  {
    maker: 'Seagate',
    means: 'model',
    pattern: /^ST[39]\d{5,9}(?:AS|NS|SS|SV|GAS|A)$/,
    example: 'ST3500320NS',
    source: 'Seagate knowledge base, model number formats before 2010',
  },
  {
    maker: 'Seagate',
    means: 'part-number',
    pattern: /^[1-9][0-9A-Z]{5}-[0-9A-Z]{3}$/,
    example: '2KH103-001',
    source: 'Seagate knowledge base, part number: six characters, hyphen, three',
  },
  {
    maker: 'Western Digital',
    means: 'model',
    // Without a suffix only the common endings: some Seagate serials are eight characters beginning with WD.
    pattern: /^WD(?:\d{2}[EJKNPST][A-Z]{2}[SXZ]|\d{3,4}[A-Z]{4}|\d{2,4}[A-Z]{4}-[0-9A-Z]{6,7})$/,
    example: 'WD40EFRX-68N32N0',
    source: 'WD model number format: WD, capacity, four letters; suffix for the variant',
  },
  {
    maker: 'Western Digital',
    means: 'model',
    pattern: /^WD\d{3,4}[A-Z]{2}-[0-9A-Z]{6,7}$/,
    example: 'WD2500JS-40TGB0',
    source: 'drive database, WD models before 2007: two letters and a suffix',
  },
  {
    maker: 'Western Digital',
    means: 'model',
    pattern: /^WDS\d{3}[GT]\d[A-Z]\d[A-Z](?:-[0-9A-Z]{6})?$/,
    example: 'WDS500G1R0A-68A4W0',
    source: 'drive database, WD solid state drives',
  },
  {
    maker: 'HGST and Ultrastar',
    means: 'model',
    pattern: /^[HW][A-Z]{2}(?:\d{2}|M[A-Z])[0-9A-Z]{4}[A-Z][0-9A-Z]{2}\d[0-9A-Z]\d$/,
    example: 'HUS728T8TALE6L4',
    source:
      'HGST/WD model number explanation: family, speed, family and drive capacity, interface; 15 characters',
  },
  {
    maker: 'HGST and Ultrastar',
    means: 'part-number',
    pattern: /^0[A-Z]\d{5}$/,
    example: '0F30146',
    source: 'HGST/WD Ultrastar data sheets, part numbers',
  },
  {
    maker: 'Toshiba',
    means: 'model',
    pattern: /^(?:MG|MD|MQ|MN|DT|AL)\d{2}[A-Z]{3}(?:\d{3}[A-Z]{0,2}|\d{2}T[A-Z]{0,2})$/,
    example: 'MG08ACA16TE',
    source: 'Toshiba model number code: family, generation, three letters, capacity',
  },
  {
    maker: 'Toshiba',
    means: 'model',
    pattern: /^(?:HDW[A-Z]\d[0-9A-Z]{2}(?:[A-Z]ZS[A-Z0-9]{2})?|MK\d{4}GS[A-Z]{1,2})$/,
    example: 'HDWG11AXZSTA',
    source: 'drive database and Toshiba retail packages; before 2011 MK and GS',
  },
  {
    maker: 'Toshiba',
    means: 'part-number',
    pattern: /^HD[EK][A-Z]{2}\d{2}[0-9A-Z]{5}$/,
    example: 'HDKFB02AZA01',
    source: 'Toshiba part number code since 2011: HDE or HDK, 12 characters',
  },
  {
    maker: 'Samsung',
    means: 'model',
    pattern: /^MZ[0-9A-Z]{3}(?:\d{3}|\dT\d)[A-Z]{4}(?:-[0-9A-Z]{5})?$/,
    example: 'MZ7LH960HAJR-00005',
    source: 'drive database, Samsung enterprise and OEM solid state drives',
  },
  {
    maker: 'Samsung',
    means: 'model',
    pattern: /^(?:MZ-[0-9A-Z]{6,9}(?:\/[A-Z]{2,3})?|H[DM]\d{3}[A-Z]{2})$/,
    example: 'MZ-76E500',
    source: 'Samsung retail packages; hard drives HD and HM in the drive database',
  },
  {
    maker: 'Micron',
    means: 'model',
    pattern: /^(?:MT|EE)FD[A-Z]{3}(?:\d{3}|\dT\d)[A-Z]{3}(?:-[0-9A-Z]{4,12})?$/,
    example: 'MTFDDAK960TDS-1AW1ZABYY',
    source: 'drive database, Micron part numbers, which are its models',
  },
  {
    maker: 'Crucial',
    means: 'model',
    pattern: /^CT\d{3,4}[A-Z]{1,2}\d{1,3}[A-Z]{0,2}SSD\d[A-Z]?$/,
    example: 'CT1000MX500SSD1',
    source: 'drive database, Crucial models',
  },
  {
    maker: 'Intel and Solidigm',
    means: 'model',
    pattern: /^SSD(?:SC|SA|PE|PF|PD)[0-9A-Z]{2,4}\d{3}[0-9A-Z]{2,5}$/,
    example: 'SSDSC2KB960G8',
    source: 'drive database, Intel data centre and client models',
  },
  {
    maker: 'Kingston',
    means: 'model',
    pattern: /^(?:S[0-9A-Z]{3,9}\/\d{3,4}G|S(?:A|H|V|KC|UV|EDC)\d{3}(?:S3|S37|S37A|M|R|MS)?\d{2,4}G)$/,
    example: 'SA400S37/960G',
    source: 'Kingston part numbers on the label (with a slash) and as drives report them',
  },
  {
    maker: 'SanDisk',
    means: 'model',
    pattern: /^SD[0-9A-Z]{4,8}-(?:\d{3,4}G|\dT\d{2})(?:-[0-9A-Z]{3,4})?$/,
    example: 'SD8SB8U-256G-1006',
    source: 'drive database, SanDisk models',
  },
  {
    maker: 'DHL',
    means: 'routing-code',
    pattern: /^2L[A-Z]{2}.*\+\d{8}$/,
    example: '2LKW:KWIKCO+57000001',
    source:
      'DHL Express Global Standard Operating Platform: ANSI MH10.8.2 identifier 2L, country, place, service',
  },
  {
    maker: 'UPS and USPS',
    means: 'routing-code',
    pattern: /^420\d{5}$/,
    example: '42098101',
    source: 'GS1 General Specifications, AI 420: ship-to postal code',
  },
]
