/**
 * Labels that say what they are: "S/N: ZR5A1N7K", "SN ZR5A1N7K", "(S)ZR5A1N7K", "P/N: 2KH103-001", "WWN: 5000C5…".
 * The names are those drive makers print beside their barcodes and sometimes encode with them.
 */

/** What a label can say its value is, besides a serial. */
export type NotSerial =
  | 'part-number'
  | 'wwn'
  | 'model'
  | 'capacity'
  | 'tracking-number'
  | 'psid'
  | 'ean'
  | 'date'
  | 'revision'
  /** A postal routing barcode beside the tracking number. */
  | 'routing-code'
  /** Begins like our own codes but is none of them: misread, or printed by a newer version. */
  | 'own-code'

export interface NamedValue {
  readonly means: 'serial' | NotSerial
  readonly value: string
}

/** Names as compared: upper case, without blanks, dots and slashes. */
const names: ReadonlyMap<string, NamedValue['means']> = new Map([
  ...meaning('serial', 'S', 'SN', 'SERNO', 'SERIAL', 'SERIALNO', 'SERIALNUMBER'),
  ...meaning('part-number', 'P', '1P', 'PN', 'PARTNO', 'PARTNUMBER'),
  ...meaning('model', 'MN', 'MDL', 'MODEL', 'MODELNO', 'MODELNUMBER'),
  ...meaning('wwn', 'WWN', 'WWNN', 'WWPN', 'WWID'),
  ...meaning('psid', 'PSID'),
  ...meaning('capacity', 'CAP', 'CAPACITY'),
  ...meaning('revision', 'FW', 'FIRMWARE', 'REV', 'REVISION', 'RN', 'DCM'),
  ...meaning('date', 'DATE', 'DATECODE', 'DOM', 'MFD', 'MFGDATE'),
  ...meaning('ean', 'EAN', 'UPC', 'GTIN'),
])

function meaning(means: NamedValue['means'], ...printed: readonly string[]) {
  return printed.map((name) => [name, means] as const)
}

/** "NAME: value", "(NAME) value" or, for names of two letters and more, "NAME value". */
const forms: readonly RegExp[] = [
  /^([A-Z][A-Z/. ]{0,14})[:=#](.+)$/i,
  /^\(([0-9A-Z][A-Z/.]{0,14})\)(.+)$/i,
  /^([A-Z][A-Z/.]{1,14})\s(.+)$/i,
]

/** The value a label names and what the name says it is, or undefined when it names nothing we know. */
export function readNamedValue(text: string): NamedValue | undefined {
  for (const form of forms) {
    const [, name = '', rest = ''] = form.exec(text) ?? []
    const means = names.get(name.toUpperCase().replace(/[/. ]/g, ''))
    const value = rest.trim()
    if (means !== undefined && value !== '') return { means, value }
  }
  return undefined
}
