import { expect, test } from 'vitest'
import { resolveStorage } from '../../src/station/resolve-storage.ts'

const ACCOUNT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/Larkfield'

test('an account is known by its id or its name, without regard to case', async () => {
  for (const name of [ACCOUNT, ACCOUNT.toLowerCase(), 'larkfield', 'LARKFIELD'])
    expect(await resolveStorage({ storageAccounts: { [name]: 'folder:/a' } }, ACCOUNT, {})).toEqual({
      ok: true,
      value: 'folder:/a',
    })
})

test('an account nobody configured goes to the default, and nowhere when there is none', async () => {
  const others = { storageAccounts: { other: 'folder:/other' } }
  expect(await resolveStorage({ ...others, defaultStorage: 'folder:/default' }, ACCOUNT, {})).toEqual({
    ok: true,
    value: 'folder:/default',
  })
  const nowhere = await resolveStorage(others, ACCOUNT, {})
  expect(nowhere).toMatchObject({ ok: false, failure: { code: 'storage-not-configured' } })
})

test('a secret comes from the environment, and its absence is said without it', async () => {
  const config = { storageAccounts: { larkfield: 'https://larkfield.example/c?env:LARKFIELD_SAS' } }
  expect(await resolveStorage(config, ACCOUNT, { LARKFIELD_SAS: '?sv=1&sig=x' })).toEqual({
    ok: true,
    value: 'https://larkfield.example/c?sv=1&sig=x',
  })
  const missing = await resolveStorage(config, ACCOUNT, {})
  expect(missing).toMatchObject({ ok: false, failure: { code: 'storage-not-configured' } })
  expect(JSON.stringify(missing)).toContain('LARKFIELD_SAS')
})
