import { expect, test } from 'vitest'
import { casePersonalKey, jobPersonalKey } from '../../src/contract/import-export-api.ts'
import type { NewEvent } from '../../src/ledger/ledger.ts'
import { ForgetPeople } from '../../src/station/forget-people.ts'
import { FakeLog } from '../fakes/log.ts'
import { openDock, record } from '../ledger/dock.ts'
import { announced, happened, jobPut, opened, received } from '../ledger/tellings.ts'

const KEY = jobPersonalKey('j1')

/** A job whose only drive stands packed and labelled, with an address; a case of it was answered with another. */
function dock() {
  const ledger = openDock()
  record(
    ledger,
    jobPut('j1', ['S1'], { key: KEY, text: '{}' }),
    announced('j1', '1Z1'),
    opened('a1', '1Z1', ['j1']),
    received('j1', 'S1', 'a1'),
    happened('arrival-closed', { arrival: 'a1', short: false }),
    happened('job-cancel-requested', { job: 'j1' }),
    happened('return-opened', { return: 'r1', number: 'TDR-2291', job: 'j1' }),
    happened('drive-packed', { return: 'r1', serial: 'S1' }),
    happened('label-printed', { return: 'r1', reprint: false }),
    happened('return-closed', { return: 'r1' }),
    happened('case-opened', { case: 'c1', reason: 'return-address-missing', job: 'j1' }),
    {
      ...happened('case-answered', { case: 'c1' }),
      personal: { key: casePersonalKey('c1'), text: '{}' },
    } as NewEvent,
  )
  const forget = new ForgetPeople({ ledger, log: new FakeLog() })
  const write = (event: NewEvent) => forget.told(record(ledger, event).entries)
  const known = () => [ledger.personal(KEY), ledger.personal(casePersonalKey('c1'))]
  return { ledger, forget, write, known }
}

const shipped = happened('return-shipped', { return: 'r1', carrier: 'UPS', tracking: '1Z9' })
const deleted = happened('job-deleted', { job: 'j1', by: 'customer' })

test('an address is kept as long as its job is there, and erased with it', () => {
  const { write, known } = dock()

  write(shipped)
  expect(known()).toEqual(['{}', '{}'])
  write(deleted)

  expect(known()).toEqual([undefined, undefined])
})

test('what a stop left is erased at the next start', () => {
  const { ledger, forget, known } = dock()
  record(ledger, shipped, deleted)
  expect(known()).toEqual(['{}', '{}'])

  forget.catchUp()

  expect(known()).toEqual([undefined, undefined])
})

test('a deleted job whose drive is still here keeps its address until the drive has left', () => {
  const ledger = openDock()
  const forget = new ForgetPeople({ ledger, log: new FakeLog() })
  // Deleted by its customer before anything came; its drive came all the same, and was held.
  record(
    ledger,
    jobPut('j1', ['S1'], { key: KEY, text: '{}' }),
    happened('arrival-opened', { arrival: 'a1', tracking: '1Z1', base: '1Z1', jobs: [], blind: true }),
    happened('drive-held', { serial: 'S1', job: 'j1', arrival: 'a1', because: 'job-creating' }),
  )
  forget.told(record(ledger, deleted).entries)
  expect(ledger.personal(KEY)).toBe('{}')

  const release = { serial: 'S1', as: 'destroyed', second: 'b-18', reason: 'crushed' } as const
  forget.told(record(ledger, happened('drive-released', release)).entries)

  expect(ledger.personal(KEY)).toBeUndefined()
})
