import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { casePersonalKey, jobPersonalKey } from '../../src/contract/import-export-api.ts'
import type { LabelTexts } from '../../src/labels/texts.ts'
import type { NewEvent } from '../../src/ledger/ledger.ts'
import { createReturnPapers } from '../../src/station/print-return.ts'
import { openDock, record } from '../ledger/dock.ts'
import { announced, happened, jobPut, opened, received } from '../ledger/tellings.ts'

const TEXTS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../assets/locales/en/labels.json'), 'utf8'),
) as LabelTexts
const ACCOUNT = { returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011122' } }

const addressed = (recipientName: string) => ({
  returnAddress: {
    recipientName,
    streetAddress1: '14 Quayside Row',
    city: 'Hull',
    postalCode: 'HU1 1NQ',
    countryOrRegion: 'United Kingdom',
    phone: '5550100142',
    email: 'dock@larkfield.example',
  },
})

const put = (job: string, serial: string, personal: object): NewEvent =>
  jobPut(job, [serial], { key: jobPersonalKey(job), text: JSON.stringify(personal) })

const of = (job: NewEvent, subscription: string): NewEvent =>
  ({ ...job, body: { job: { ...(job.body as { job: object }).job, subscription } } }) as NewEvent

const answered = (about: string, personal: object): NewEvent => ({
  ...happened('case-answered', { case: about }),
  personal: { key: casePersonalKey(about), text: JSON.stringify(personal) },
})

/** Two jobs came in one package; box `r1` is of the first, box `r2` of the package alone. */
function dock(jobs: readonly NewEvent[], ...later: NewEvent[]) {
  const ledger = openDock()
  record(
    ledger,
    ...jobs,
    announced('j1', '1Z1-1'),
    announced('j2', '1Z1-2'),
    opened('a1', '1Z1', ['j1', 'j2']),
    received('j1', 'S1', 'a1'),
    happened('drive-set-aside', { serial: 'X1', arrival: 'a1' }),
    happened('arrival-closed', { arrival: 'a1', short: true }),
    happened('job-cancel-requested', { job: 'j1' }),
    happened('return-opened', { return: 'r1', number: 'TDR-2291', job: 'j1' }),
    happened('drive-packed', { return: 'r1', serial: 'S1' }),
    happened('return-opened', { return: 'r2', number: 'TDR-2292', arrival: 'a1' }),
    happened('drive-packed', { return: 'r2', serial: 'X1' }),
    ...later,
  )
  const papers = createReturnPapers({ ledger, config: { sender: { name: 'Home Dock', lines: [] } } }, TEXTS)
  return (box: string): string => {
    const layout = papers('label', box, 'b-17')
    return layout.ok ? JSON.stringify(layout.value) : layout.failure.code
  }
}

describe('the address on the label of a job', () => {
  test('is that of its order', () => {
    const label = dock(
      [put('j1', 'S1', addressed('Larkfield')), put('j2', 'S2', addressed('Other'))],
      happened('case-opened', { case: 'c1', reason: 'return-address-missing', job: 'j1' }),
      answered('c1', addressed('Answered')),
    )
    expect(label('r1')).toContain('Larkfield')
  })

  test('is what its customer answered when the order had none; what the order says beside it stays', () => {
    const label = dock(
      [put('j1', 'S1', ACCOUNT), put('j2', 'S2', addressed('Other'))],
      happened('case-opened', { case: 'c1', reason: 'return-address-missing', job: 'j1' }),
      answered('c1', addressed('Answered')),
    )
    expect(label('r1')).toContain('Answered')
    expect(label('r1')).toContain('Account ending 122')
  })

  test('is not taken from a note', () => {
    const label = dock(
      [put('j1', 'S1', ACCOUNT), put('j2', 'S2', addressed('Other'))],
      happened('case-opened', { case: 'c2', reason: 'return-address-missing', job: 'j1' }),
      answered('c2', { note: 'He calls back on Monday.' }),
    )
    expect(label('r1')).toBe('address-missing')
  })
})

describe('the address on the label of a package without a job', () => {
  test('is that of the only customer whose jobs it carried', () => {
    const label = dock([put('j1', 'S1', addressed('Larkfield')), put('j2', 'S2', {})])
    expect(label('r2')).toContain('Larkfield')
  })

  test('is nobody’s when the jobs are of several customers, until somebody answered', () => {
    const jobs = [
      of(put('j1', 'S1', addressed('Larkfield')), 'one'),
      of(put('j2', 'S2', addressed('Other')), 'another'),
    ]
    expect(dock(jobs)('r2')).toBe('address-missing')
    const label = dock(
      jobs,
      happened('case-opened', { case: 'c1', reason: 'unreturnable', arrival: 'a1' }),
      answered('c1', addressed('Answered')),
    )
    expect(label('r2')).toContain('Answered')
  })
})
