import type { Entry } from '../../src/contract/entry.ts'
import { jobPersonalKey } from '../../src/contract/import-export-api.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { record } from '../ledger/dock.ts'
import { announced, happened, jobPut, opened, received } from '../ledger/tellings.ts'

export const NUMBER = 'TDR-2291'

const PERSONAL = {
  returnAddress: {
    recipientName: 'Larkfield Imaging',
    streetAddress1: '14 Quayside Row',
    city: 'Hull',
    postalCode: 'HU1 1NQ',
    countryOrRegion: 'United Kingdom',
    phone: '5550100142',
    email: 'dock@larkfield.example',
  },
  returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011122' },
}

/** A drive of a cancelled job stands packed in box `r1`; its label was not asked for yet. */
export function packBox(ledger: Ledger, personal: object = PERSONAL): void {
  record(
    ledger,
    jobPut('j1', ['S1'], { key: jobPersonalKey('j1'), text: JSON.stringify(personal) }),
    announced('j1', '1Z1'),
    opened('a1', '1Z1', ['j1']),
    received('j1', 'S1', 'a1'),
    happened('arrival-closed', { arrival: 'a1', short: false }),
    happened('job-cancel-requested', { job: 'j1' }),
    happened('return-opened', { return: 'r1', number: NUMBER, job: 'j1' }),
    happened('drive-packed', { return: 'r1', serial: 'S1' }),
  )
}

export const askForLabel = (ledger: Ledger, reprint = false): readonly Entry[] =>
  record(ledger, happened('label-printed', { return: 'r1', reprint })).entries

export const voidLabel = (ledger: Ledger): readonly Entry[] =>
  record(ledger, happened('label-voided', { return: 'r1' })).entries

export const closeBox = (ledger: Ledger): readonly Entry[] =>
  record(ledger, happened('return-closed', { return: 'r1' })).entries
