/** How drives go home, or cannot; how jobs end; and what is left when a job is gone. */
import { expect, test } from 'vitest'
import { ADDRESS, Floor } from './floor.ts'

const BOX = '1Z84W5E70341829916'
const SECOND = '1Z999AA10123456784'
const OUT = '1Z12345E6605272234'
const [A, B, C] = ['WX32DA0K4T7N', 'WX32DA0K9M2C', 'WX32DA0KB1K7'] as const
const GIVEN = {
  address: {
    returnAddress: ADDRESS,
    returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011122' },
  },
}

/** A job whose one drive waits in Packaging, without a copy. */
async function inPackaging(floor: Floor, name: string, properties: Record<string, unknown> = {}) {
  await floor.order(name, { drives: [A], properties })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A, 'TD-NEXT', A, 'TD-DECLINE')
  dock.deed('TD-RESOLVE', dock.caseOf('declined'))
  await dock.inStep()
  return dock
}

test('no carrier account in Packaging: a case at the first drive; the customer adds it, the case ends', async () => {
  const floor = await Floor.open()
  const dock = await inPackaging(floor, 'lacking', { returnShipping: undefined })
  expect(dock.caseOf('carrier-account-missing')).toMatchObject({ state: 'open' })
  await floor.patch('lacking', { returnShipping: { carrierName: 'UPS', carrierAccountNumber: '7' } })
  await dock.inStep()
  expect(dock.cases()).toEqual([])
  expect(dock.sendHome([A], OUT).verdict).toBe('shipped')
})

test('wrong return address in Packaging: asked by phone, the answer is on the label and in no entry', async () => {
  const floor = await Floor.open()
  const dock = await inPackaging(floor, 'moved')
  const about = dock.openReturnCase('moved')
  dock.deed('TD-CALLED', about, { words: 'They moved to Goole.' })
  dock.deed('TD-ANSWERED', about, {
    address: { ...GIVEN.address, returnAddress: { ...ADDRESS, streetAddress1: '2 Goole Road' } },
  })
  dock.deed('TD-RESOLVE', about)
  expect(dock.sendHome([A], OUT).verdict).toBe('shipped')
  await dock.engine.printing.idle()
  await dock.inStep()
  const entries = JSON.stringify(await floor.journal())
  expect(entries).not.toContain('Goole')
  expect(await dock.paper(/^TDR-[^-]*\.pdf$/)).toContain('2 Goole Road')
})

test('cannot return, cannot reach: destroyed after 90 days by two people, with a certificate', async () => {
  const floor = await Floor.open()
  const dock = await inPackaging(floor, 'unreachable')
  const about = dock.openReturnCase('unreachable')
  dock.twoPeople()
  dock.deed('TD-CALLED', about)
  await floor.pass(91)
  dock.scans('TD-BADGE-42', 'TD-PIN-4711')
  expect(dock.deed('TD-DESTROY', about)).toMatchObject({ verdict: 'look-up' })
  expect(dock.where(A), 'one person destroys nothing').not.toBe('destroyed')
  expect(dock.scan('TD-BADGE-42').verdict).toBe('refused')
  expect(dock.scan('TD-BADGE-43').verdict).toBe('command')
  expect(dock.where(A)).toBe('destroyed')
  await dock.inStep()
  expect((await floor.told('unreachable')).split(' ')[0]).toBe('Closed')
  const certificate = await dock.paper(/^destroyed-/)
  expect(certificate).toContain(A)
  expect(certificate).toContain('42')
  expect(certificate).toContain('43')
})

test('an answer of the customer stops destruction for good', async () => {
  const floor = await Floor.open()
  const dock = await inPackaging(floor, 'reached')
  const about = dock.openReturnCase('reached')
  dock.twoPeople()
  dock.deed('TD-CALLED', about)
  await floor.pass(80)
  dock.deed('TD-ANSWERED', about, GIVEN)
  await floor.pass(30)
  expect(dock.deed('TD-DESTROY', about).verdict).toBe('refused')
})

test('job deleted by time: Creating after 14 days without a sign of life, an ended one after 90', async () => {
  const floor = await Floor.open()
  await floor.order('forgotten', { drives: [B], shipped: false })
  const dock = await inPackaging(floor, 'done')
  dock.sendHome([A], OUT)
  await dock.inStep()
  await floor.pass(13)
  expect(await floor.told('forgotten')).toBe('Creating Specified')
  await floor.pass(2)
  expect(await floor.told('forgotten')).toBe('gone')
  expect(await floor.told('done')).toBe('Closed ShippedBack')
  await floor.pass(76)
  expect(await floor.told('done')).toBe('gone')
  await dock.inStep()
  // The journal keeps the story; the address is erased.
  expect(await floor.journal('drive-received')).toHaveLength(1)
  expect(dock.scan(A)).toMatchObject({ verdict: 'look-up' })
})

test('a drive received offline for a job that was deleted meanwhile: held, with a case', async () => {
  const floor = await Floor.open()
  await floor.order('short-lived', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  await floor.cancel('short-lived')
  const other = await floor.station('dock-2')
  await other.inStep()
  // The first station hears nothing of what follows.
  dock.cut()
  other.deed('TD-NOTHING', other.caseOf('cancelled'))
  await other.inStep()
  expect((await floor.remove('short-lived')).status).toBe(200)
  expect(dock.scans(BOX, A)).toMatchObject({ verdict: 'received' })
  dock.join()
  await dock.inStep()
  expect(dock.where(A)).toBe('held')
  expect(dock.caseOf('job-gone')).toMatchObject({ serial: A })
  expect(dock.scan(A)).toMatchObject({ verdict: 'already-received', tray: 'HOLD' })
})

test('export job: three drives in, one is not needed, all go home; lost on the way, the record says how they left', async () => {
  const floor = await Floor.open()
  await floor.exportOrder('out', { driveCount: 3 })
  const dock = await floor.station()
  await dock.inStep()
  expect(dock.scans(BOX, A, B)).toMatchObject({ verdict: 'received', count: { received: 2, expected: 3 } })
  expect(dock.scan(C)).toMatchObject({ verdict: 'received', count: { received: 3, expected: 3 } })
  await dock.inStep()
  expect(await floor.told('out')).toBe('Received Received Received Received')
  dock.filled('out', A)
  dock.filled('out', B)
  dock.tell({ kind: 'drive-not-needed', body: { job: dock.jobId('out'), serial: C } })
  await dock.inStep()
  expect(await floor.told('out')).toBe('Packaging Completed Completed Completed')
  const shipped = dock.sendHome([A, B, C], OUT)
  expect(shipped.verdict).toBe('shipped')
  await dock.inStep()
  const { body } = await floor.get('out')
  expect(body.properties).toMatchObject({
    state: 'Completed',
    returnPackage: { trackingNumber: OUT, driveCount: 3 },
  })
  // The customer never got them: whoever asks is told when and how they left, and orders a new export.
  expect(dock.scan(shipped.return ?? '')).toMatchObject({ verdict: 'look-up' })
  expect(dock.scan(shipped.return ?? '').sentence).toContain(OUT)
  await floor.exportOrder('out-again', { driveCount: 1, tracking: SECOND })
  await dock.inStep()
  expect(dock.scans(SECOND, A)).toMatchObject({ verdict: 'received', job: 'out-again' })
  await dock.inStep()
  expect(await floor.told('out-again')).toBe('Received Received')
})
