import { expect, test } from 'vitest'
import { overrideIdentity } from '../../src/station/override-identity.ts'
import { openDock, record } from '../ledger/dock.ts'
import { announced, happened, jobPut, opened, received } from '../ledger/tellings.ts'

const SERIAL = 'QZ71M0042'
const compared = { label: SERIAL, disk: 'ZR90Q7KD' }

function contradicted() {
  const ledger = openDock()
  record(
    ledger,
    jobPut('j1', [SERIAL]),
    announced('j1', '1Z1'),
    opened('a1', '1Z1', ['j1']),
    received('j1', SERIAL, 'a1'),
    happened('drive-placed', { serial: SERIAL, bay: '1' }),
    happened('identity-judged', { job: 'j1', serial: SERIAL, verdict: 'contradicted', compared }),
    happened('drive-held', { serial: SERIAL, job: 'j1', because: 'identity' }),
    happened('case-opened', { case: 'c1', reason: 'identity-contradicted', job: 'j1', serial: SERIAL }),
  )
  return ledger
}
const ask = { serial: SERIAL, actor: 'B-17', second: 'B-22', reason: 'The label was read by both of us.' }

test('two people override a contradicted identity: the drive is free, the case resolved, both are named', () => {
  const ledger = contradicted()
  expect(ledger.get('custody', SERIAL)).toMatchObject({ state: 'held', heldBecause: 'identity' })
  const overridden = overrideIdentity(ledger, ask)
  if (!overridden.ok) throw new Error(overridden.failure.sentence)
  expect(overridden.value[0]).toMatchObject({
    kind: 'identity-judged',
    actor: 'B-17',
    body: { verdict: 'overridden', compared: { by: 'B-17', second: 'B-22', reason: ask.reason } },
  })
  expect(ledger.get('drive', `j1/${SERIAL}`)?.identity).toBe('overridden')
  expect(ledger.get('custody', SERIAL)).toMatchObject({ state: 'tray' })
  expect(ledger.get('custody', SERIAL)?.heldBecause).toBeUndefined()
  expect(ledger.get('case', 'c1')?.state).toBe('resolved')
})

test.each([
  ['one person is not two', { ...ask, second: ' b-17 ' }, 'override-needs-second'],
  ['nobody is no second person', { ...ask, second: ' ' }, 'override-needs-second'],
  ['a reason is kept', { ...ask, reason: '' }, 'override-needs-reason'],
  ['an unknown drive has nothing to override', { ...ask, serial: 'ZR90Q7KD' }, 'override-not-needed'],
])('%s', (_what, asked, code) => {
  const ledger = contradicted()
  expect(overrideIdentity(ledger, asked)).toMatchObject({ failure: { code } })
  expect(ledger.get('drive', `j1/${SERIAL}`)?.identity).toBe('contradicted')
})

test('what was overridden once is not overridden again', () => {
  const ledger = contradicted()
  overrideIdentity(ledger, ask)
  expect(overrideIdentity(ledger, ask)).toMatchObject({ failure: { code: 'override-not-needed' } })
})
