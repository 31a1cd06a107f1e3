import { mkdir } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { testDock } from './dock.ts'
import { ScanSession } from './tallydock.ts'

const TRACKING = '1Z84W5E70341829916'
const serials = (count: number, prefix = 'WX32DA0K') =>
  Array.from(
    { length: count },
    (_, at) =>
      `${prefix}${['4T7N', '9M2C', 'B1K7', 'FD0G', 'H3XE', 'J8P4', 'L6QR', 'N2VS', 'R5WU', 'T0YZ'][at]}`,
  )

async function open(data: string): Promise<ScanSession> {
  const session = new ScanSession(['--data', data])
  onTestFinished(() => void session.kill())
  return session
}

test('a mixed package: nine right, one missing, one extra', async () => {
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  const listed = serials(10)
  await dock.order({ name: 'larkfield-scans-07', drives: listed.map((driveId) => ({ driveId })) })
  const dockside = await open(dock.data)

  expect(await dockside.scan(TRACKING)).toMatchObject({
    verdict: 'arrival-opened',
    count: { received: 0, expected: 10 },
  })
  for (const [at, serial] of listed.slice(0, 9).entries())
    expect(await dockside.scan(serial)).toMatchObject({
      verdict: 'received',
      count: { received: at + 1, expected: 10 },
    })
  expect(await dockside.scan(listed[0] ?? '')).toMatchObject({ verdict: 'already-received' })
  expect(await dockside.scan('ZR5C6L9Y')).toMatchObject({ verdict: 'extra', tray: 'EXTRA' })
  expect(await dockside.scan('TD-FINISH')).toMatchObject({
    verdict: 'arrival-closed',
    count: { received: 9, expected: 10 },
  })
  expect(await dockside.end()).toBe(0)

  const { properties } = await dock.job('larkfield-scans-07')
  expect(properties.state).toBe('Received')
  expect(properties.driveList.map((drive) => drive.state)).toEqual([
    ...Array(9).fill('Received'),
    'NeverReceived',
  ])
})

test('a clean ten-drive package takes eleven scans', async () => {
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  const listed = serials(10)
  await dock.order({ name: 'larkfield-scans-08', drives: listed.map((driveId) => ({ driveId })) })
  const dockside = await open(dock.data)

  await dockside.scan(TRACKING)
  for (const serial of listed) expect((await dockside.scan(serial)).verdict).toBe('received')
  expect(await dockside.end()).toBe(0)

  expect((await dock.job('larkfield-scans-08')).properties.state).toBe('Received')
})

test('two jobs under one tracking number are told apart by their drives', async () => {
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  const first = serials(3, 'ZL2P0000')
  const second = serials(2, 'ZR5A0000')
  await dock.order({
    name: 'alpha',
    drives: first.map((driveId) => ({ driveId })),
    tracking: `${TRACKING}-1`,
  })
  await dock.order({
    name: 'beta',
    drives: second.map((driveId) => ({ driveId })),
    tracking: `${TRACKING}-2`,
  })
  const dockside = await open(dock.data)

  expect(await dockside.scan(TRACKING)).toMatchObject({
    verdict: 'arrival-opened',
    count: { received: 0, expected: 5 },
  })
  const trays = new Map<string, string | undefined>()
  for (const serial of [second[0], first[0], first[1], second[1], first[2]]) {
    const verdict = await dockside.scan(serial ?? '')
    expect(verdict.verdict).toBe('received')
    trays.set(serial ?? '', verdict.tray)
  }
  expect(new Set(first.map((serial) => trays.get(serial)))).toEqual(new Set(['A']))
  expect(new Set(second.map((serial) => trays.get(serial)))).toEqual(new Set(['B']))
  expect(await dockside.end()).toBe(0)

  expect((await dock.job('alpha')).properties.state).toBe('Received')
  expect((await dock.job('beta')).properties.state).toBe('Received')
})

test('odd input gets a clear answer and loses nothing', async () => {
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  const [first = '', second = ''] = serials(2)
  await dock.order({ name: 'gamma', drives: [{ driveId: first }, { driveId: second }] })
  const dockside = await open(dock.data)
  await dockside.scan(TRACKING)

  const odd = [
    ['x'.repeat(10_000), 'unreadable'],
    ['\u0001\u0002\u0003', 'unreadable'],
    [`${first}${second}`, 'unreadable'],
    [`${first.slice(0, -1)}X`, 'unreadable'],
    ['2KH103-001', 'not-a-drive-serial'],
    ['5000C500A1B2C3D4', 'not-a-drive-serial'],
    ['TD-NOPE', 'not-a-drive-serial'],
    ['<script>alert(1)</script> ; rm -rf /', 'not-a-drive-serial'],
  ] as const
  for (const [text, verdict] of odd)
    expect(await dockside.scan(text), text.slice(0, 40)).toMatchObject({ verdict })

  expect((await dockside.scan(first)).verdict).toBe('received')
  expect((await dockside.scan(first)).verdict).toBe('already-received')
  expect((await dockside.scan('TD-UNDO')).verdict).toBe('undone')
  expect(await dockside.scan(first)).toMatchObject({
    verdict: 'received',
    count: { received: 1, expected: 2 },
  })
  expect(await dockside.scan(second)).toMatchObject({
    verdict: 'received',
    count: { received: 2, expected: 2 },
  })
  expect(await dockside.end()).toBe(0)
  expect((await dock.job('gamma')).properties.state).toBe('Received')
})
