import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../src/cli/without-secrets.ts'
import { testDock } from '../e2e/dock.ts'
import { result, tallydock } from '../e2e/tallydock.ts'

const KEY = '135795-597531-109989-345565-299002-177980-662431-444444'

test.each([
  ['https://x.blob.core.windows.net/c?sv=2024&sig=abc%3D', 'sig='],
  ['postgres://dock:geheim@db/tallydock', 'geheim'],
  ['authorization: Bearer td_0123456789abcdef', 'td_0123'],
  ['AccountKey=Zm9vYmFy;EndpointSuffix=x', 'Zm9vYmFy'],
  ['"token":"td_abc"', 'td_abc'],
  [`key ${KEY} used`, KEY],
  ['mail dock@larkfield.example now', 'larkfield'],
  ['TD-PIN-4711', '4711'],
])('what looks like a secret is taken out: %s', (text, secret) => {
  expect(withoutSecrets(text)).not.toContain(secret)
})

test('a bundle tells how the station stands, and nothing that is anybody’s business', async () => {
  const dock = testDock()
  mkdirSync(dock.data)
  dock.configure({ storageAccounts: { larkfield: 'https://lark.blob.core.windows.net/?sv=1&sig=c2VjcmV0' } })
  await dock.order({
    name: 'larkfield-scans-07',
    drives: [{ driveId: 'WX32DA0K4T7N' }],
    properties: {
      driveList: [
        { driveId: 'WX32DA0K4T7N', bitLockerKey: KEY, manifestFile: '\\m.xml', manifestHash: 'A'.repeat(32) },
      ],
    },
  })
  const scanned = await tallydock(['scan', '--data', dock.data], {
    input: '1Z84W5E70341829916\nWX32DA0K4T7N\n',
  })
  expect(scanned.code).toBe(0)
  mkdirSync(join(dock.data, 'logs'), { recursive: true })
  writeFileSync(join(dock.data, 'logs', 'engine.log'), `Bearer td_0123456789 for dock@larkfield.example\n`)
  const { path } = await result<{ path: string }>(['support-bundle', '--data', dock.data])
  const text = readFileSync(path, 'utf8')
  for (const secret of ['c2VjcmV0', KEY, 'td_0123456789', 'Quayside', '5550100142', 'larkfield.example'])
    expect(text, secret).not.toContain(secret)
  expect(JSON.parse(text)).toMatchObject({
    ledger: { station: 'dock-1', unsent: 0, verified: { ok: true } },
    settings: { site: 'homedock' },
  })
  expect(text).toContain('drive-received')
})
