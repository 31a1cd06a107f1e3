import fc from 'fast-check'
import english from '../../assets/locales/en/labels.json' with { type: 'json' }
import type { PostalAddress } from '../../src/labels/addresses.ts'
import type { PackingListFacts } from '../../src/labels/packing-list.ts'
import type { ReturnLabelFacts } from '../../src/labels/return-label.ts'
import type { LabelTexts } from '../../src/labels/texts.ts'

/** The facts the stories of this folder begin with, and everything a hostile customer may type. */

export const texts: LabelTexts = english

const madeAtMs = Date.UTC(2026, 9, 8, 14, 29)

const address: PostalAddress = {
  recipientName: 'Larkfield Imaging Ltd',
  streetAddress1: '14 Quayside Row',
  city: 'Hull',
  postalCode: 'HU1 1NQ',
  countryOrRegion: 'United Kingdom',
  phone: '+44 1482 555 0199',
}

export const labelFacts: ReturnLabelFacts = {
  returnNumber: 'TDR-2291',
  madeAtMs,
  from: { name: 'Northdock, Dock 2', lines: ['Kade 18, 1114 AB Diemen, NL'] },
  to: address,
  carrier: 'UPS',
  carrierAccount: '84W5E7207',
  jobs: ['larkfield-scans-05'],
  box: 1,
  boxes: 1,
  drives: 6,
}

export const packingFacts: PackingListFacts = {
  returnNumber: 'TDR-2291',
  madeAtMs,
  paper: 'a4',
  from: labelFacts.from,
  to: address,
  carrier: 'UPS',
  trackingNumber: '1Z84W5E70341830207',
  box: 1,
  boxes: 1,
  drives: [
    {
      serial: 'Y1P0A0C7FD1K',
      job: 'larkfield-scans-05',
      state: 'CompletedMoreInfo',
      copied: { bytes: 212_004_112_384, files: 120_401 },
      sentence: 'Two files could not be read. The rest was copied and read back.',
      logs: ['waimportexport/larkfield-scans-05_error.xml', 'waimportexport/larkfield-scans-05_verbose.xml'],
    },
    {
      serial: 'VDK1M9HX',
      job: 'larkfield-scans-05',
      state: 'NeverReceived',
      sentence: 'The drive was never received.',
      logs: [],
    },
  ],
  extras: ['ZCT1D8QF'],
  packedBy: 'Maud Verhulst',
  packedOn: '2026-10-08T14:29Z',
}

/** Text as it really arrives, and as nobody should send it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ minLength: 200, maxLength: 200 }),
  fc.constantFrom(
    '',
    ' \t\r\n',
    'W'.repeat(200),
    'qj'.repeat(100),
    'Gemeinschaftliche Beschaffungsgesellschaft für Łódź und Umgebung '.repeat(3),
    'مكتب الشحن والاستلام',
    '\u202eevil\u202c \u200b\ufeff',
    '👩‍👩‍👧‍👦 family',
    'Z\u0335\u0321a\u0337\u0323l\u0334g\u0336o\u0338',
    '\ud800 alone',
    '^XA^FO0,0^FDx^FS^XZ ~JA \\& _5E',
    '漢字仮名',
  ),
)

export const hostileAddress: fc.Arbitrary<PostalAddress> = fc.record({
  recipientName: hostileText,
  streetAddress1: hostileText,
  streetAddress2: fc.option(hostileText, { nil: undefined }),
  city: hostileText,
  stateOrProvince: fc.option(hostileText, { nil: undefined }),
  postalCode: hostileText,
  countryOrRegion: hostileText,
  phone: hostileText,
})
