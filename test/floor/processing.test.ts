/** Drives on site: extra, faulted, damaged, refused, cancelled, undone, lost. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Floor } from './floor.ts'
import { holdCopies, slowVirtualDrive } from './virtual-drive.ts'

const BOX = '1Z84W5E70341829916'
const OUT = '1Z12345E6605272234'
const [A, B] = ['WX32DA0K4T7N', 'WX32DA0K9M2C'] as const

/** Refuses drives one by one so that they may go home without a copy. */
function declineAll(dock: Awaited<ReturnType<Floor['station']>>, ...serials: readonly string[]): void {
  for (const serial of serials) {
    dock.scans('TD-NEXT', serial)
    expect(dock.scan('TD-DECLINE').verdict, serial).toBe('command')
  }
}

test('an extra drive goes home with its package’s job, and the label waits for it', async () => {
  const floor = await Floor.open()
  await floor.order('main', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scan(BOX)
  expect(dock.scan('ZR5C6L9Y')).toMatchObject({ verdict: 'extra', tray: 'EXTRA' })
  dock.scan(A)
  declineAll(dock, A)
  dock.scan('TD-PACK')
  expect(dock.scan(A)).toMatchObject({ verdict: 'packed', count: { received: 1, expected: 2 } })
  const labelled = dock.scan('ZR5C6L9Y')
  expect(labelled.verdict).toBe('label-printed')
  dock.scans(labelled.return ?? '', OUT)
  expect(dock.where('ZR5C6L9Y')).toBe('gone')
  await dock.inStep()
  expect(await floor.told('main')).toBe('Closed ShippedBack')
})

test('an extra drive in a box of two customers: a supervisor names the job it goes home with', async () => {
  const floor = await Floor.open()
  const other = { subscription: '11111111-1111-4222-8333-0123456789ab' }
  await floor.order('one', { drives: [A] })
  await floor.order('two', { drives: [B], ...other })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, 'ZR5C6L9Y', A, B)
  const about = dock.caseOf('whose-extra')
  expect(dock.deed('TD-HOME', about).verdict).toBe('refused')
  const job = dock.engine.ledger.find('job', 'state', 'Received').find(({ name }) => name === 'two')
  expect(dock.deed('TD-HOME', about, { job: job?.id ?? '' })).toMatchObject({ verdict: 'command' })
  declineAll(dock, A, B)
  expect(dock.sendHome([B, 'ZR5C6L9Y'], OUT).verdict).toBe('shipped')
  expect(dock.sendHome([A], '1Z12345E1512345676').verdict).not.toBe('packed')
})

test('damaged at receipt: Received and Faulted; repaired, it goes on in the state it was in', async () => {
  const floor = await Floor.open()
  await floor.order('hurt', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  expect(dock.scans(BOX, A, 'TD-DAMAGED')).toMatchObject({ verdict: 'command', drive: A })
  expect(dock.scans('TD-PACK', A).verdict, 'a faulted drive is not packed').toBe('refused')
  dock.deed('TD-NOTE', dock.caseOf('damaged'), { photo: 'b'.repeat(64), words: 'Dent at the connector.' })
  expect(dock.deed('TD-REPAIRED', dock.caseOf('damaged'))).toMatchObject({ verdict: 'command', drive: A })
  await dock.inStep()
  expect(await floor.told('hurt')).toBe('Received Received')
  expect(dock.cases()).toEqual([])
})

test('damaged beyond use: declined by itself, the rest of its job goes on', async () => {
  const floor = await Floor.open()
  await floor.order('hurt', { drives: [A, B] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A, 'TD-DAMAGED')
  dock.scan(B)
  expect(dock.deed('TD-DECLINE', dock.caseOf('damaged'), { reason: 'HardwareError' }).verdict).toBe('command')
  await dock.inStep()
  const { body } = await floor.get('hurt')
  expect(body.properties.driveList).toMatchObject([
    { state: 'CompletedMoreInfo', copyStatus: 'HardwareError' },
    { state: 'Received' },
  ])
  expect(body.properties.state).toBe('Transferring')
})

test('a non-conforming drive is refused by itself with a typed reason, the rest goes on', async () => {
  const floor = await Floor.open()
  await floor.order('mixed', { drives: [A, B] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A, B, 'TD-NEXT', A)
  expect(dock.scan('TD-DECLINE', { reason: 'UnsupportedDrive' })).toMatchObject({
    verdict: 'command',
    drive: A,
  })
  await dock.inStep()
  expect(await floor.told('mixed')).toBe('Transferring CompletedMoreInfo Received')
  expect((await floor.get('mixed')).body.properties.driveList?.[0]?.copyStatus).toBe('UnsupportedDrive')
  dock.deed('TD-RESOLVE', dock.caseOf('declined'))
  expect(dock.cases()).toEqual([])
})

test('a job that does not progress is Faulted: nothing is packed; cleared, it is in the right state', async () => {
  const floor = await Floor.open()
  await floor.order('stuck', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A)
  const job = dock.engine.ledger.find('job', 'state', 'Received')[0]?.id ?? ''
  expect(dock.scan('TD-FAULT', { job })).toMatchObject({ verdict: 'command', job: 'stuck' })
  declineAll(dock, A)
  expect(dock.scans('TD-PACK', A).verdict).toBe('refused')
  const about = dock.caseOf('faulted')
  dock.deed('TD-CALLED', about)
  dock.deed('TD-REPAIRED', about)
  await dock.inStep()
  expect(await floor.told('stuck')).toBe('Packaging CompletedMoreInfo')
  expect(dock.sendHome([A], OUT).verdict).toBe('shipped')
})

test('a drive Faulted by hand and brought back', async () => {
  const floor = await Floor.open()
  await floor.order('stuck', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A)
  expect(dock.scan('TD-FAULT')).toMatchObject({ verdict: 'command', drive: A })
  expect(dock.deed('TD-REPAIRED', dock.caseOf('faulted')).sentence).toContain('Received')
  await dock.inStep()
  expect(await floor.told('stuck')).toBe('Received Received')
})

test('cancelled in Creating: it can be deleted, and nothing waits for it', async () => {
  const floor = await Floor.open()
  await floor.order('off', { drives: [A], shipped: false })
  expect((await floor.cancel('off')).body.properties).toMatchObject({
    state: 'Creating',
    cancelRequested: true,
  })
  expect((await floor.remove('off')).status).toBe(200)
  expect(await floor.told('off')).toBe('gone')
})

test('cancelled in Shipping with nothing on site: ends Completed when a person confirms that nothing comes', async () => {
  const floor = await Floor.open()
  await floor.order('off', { drives: [A] })
  await floor.cancel('off')
  const dock = await floor.station()
  await dock.inStep()
  expect(dock.scan('TD-CASE')).toMatchObject({ verdict: 'command', job: 'off' })
  expect(dock.scan('TD-NOTHING')).toMatchObject({ verdict: 'command' })
  await dock.inStep()
  expect(await floor.told('off')).toBe('Completed Specified')
})

test('cancelled in Shipping and the package comes all the same: straight home', async () => {
  const floor = await Floor.open()
  await floor.order('off', { drives: [A] })
  await floor.cancel('off')
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A)
  expect(dock.cases('cancelled'), 'answered by the drive').toEqual([])
  await dock.inStep()
  expect(await floor.told('off')).toBe('Packaging Received')
  dock.sendHome([A], OUT)
  await dock.inStep()
  expect(await floor.told('off')).toBe('Completed ShippedBack')
})

test('cancelled in Received: straight to Packaging; from there on it cannot be cancelled', async () => {
  const floor = await Floor.open()
  await floor.order('off', { drives: [A] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A)
  await dock.inStep()
  await floor.cancel('off')
  await dock.inStep()
  expect(await floor.told('off')).toBe('Packaging Received')
  await floor.order('other', { drives: [B], tracking: OUT })
  await dock.inStep()
  dock.scans(OUT, B)
  declineAll(dock, B)
  await dock.inStep()
  expect((await floor.cancel('other')).status).toBe(409)
})

test('two jobs in one package, one cancelled: one is worked, the other goes straight home', async () => {
  const floor = await Floor.open()
  await floor.order('kept', { drives: [A], tracking: `${BOX}-1` })
  await floor.order('off', { drives: [B], tracking: `${BOX}-2` })
  await floor.cancel('off')
  const dock = await floor.station()
  await dock.inStep()
  expect(dock.scan(BOX)).toMatchObject({ verdict: 'arrival-opened', job: 'kept, off' })
  expect(dock.scan(A)).toMatchObject({ tray: 'A' })
  expect(dock.scan(B)).toMatchObject({ tray: 'B' })
  await dock.inStep()
  expect([await floor.told('kept'), await floor.told('off')]).toEqual([
    'Received Received',
    'Packaging Received',
  ])
  expect(dock.sendHome([B], OUT).verdict).toBe('shipped')
  await dock.inStep()
  expect([await floor.told('kept'), await floor.told('off')]).toEqual([
    'Received Received',
    'Completed ShippedBack',
  ])
})

test('undo after the service has answered: the drive is Specified again, everywhere', async () => {
  const floor = await Floor.open()
  await floor.order('oops', { drives: [A, B] })
  const dock = await floor.station()
  const other = await floor.station('dock-2')
  await dock.inStep()
  dock.scans(BOX, A)
  await dock.inStep()
  await other.inStep()
  expect(await floor.told('oops')).toBe('Shipping Received Specified')
  expect(dock.scan('TD-UNDO')).toMatchObject({ verdict: 'undone', drive: A })
  await dock.inStep()
  await other.inStep()
  expect(await floor.told('oops')).toBe('Shipping Specified Specified')
  expect(other.engine.ledger.find('drive', 'serial', A)).toMatchObject([{ state: 'Specified' }])
})

test('a drive that nobody finds is released by two people, and its job ends Closed', async () => {
  const floor = await Floor.open()
  await floor.order('lost', { drives: [A, B] })
  const dock = await floor.station()
  await dock.inStep()
  dock.scans(BOX, A, B)
  expect(dock.scan('TD-LOST').verdict, 'without badges nobody vouches').toBe('refused')
  dock.twoPeople()
  // Nothing of it can be scanned any more: its serial is typed or chosen on a screen.
  expect(dock.scan('TD-LOST', { serial: A })).toMatchObject({ verdict: 'look-up', drive: A })
  expect(dock.scan('TD-BADGE-43')).toMatchObject({ verdict: 'command' })
  expect(dock.where(A)).toBe('lost')
  dock.deed('TD-CALLED', dock.caseOf('released'))
  dock.deed('TD-RESOLVE', dock.caseOf('released'))
  declineAll(dock, B)
  dock.sendHome([B], OUT)
  await dock.inStep()
  expect((await floor.told('lost')).split(' ')[0]).toBe('Closed')
  expect(await floor.journal('drive-released')).toMatchObject([
    { actor: '42', body: { as: 'lost', second: '43' } },
  ])
})

test('a copy is running when its job is cancelled: it stops, and the drive goes home', async () => {
  const floor = await Floor.open()
  const { list, listed } = await slowVirtualDrive(join(floor.folder, 'virtual'), A, '1')
  await floor.order('busy', { drives: [listed] })
  const dock = await floor.station('dock-1', { virtualDrives: list })
  await dock.inStep()
  dock.scans(BOX, A, 'TD-NEXT', 'TD-BAY-1', A)
  await dock.until(() => dock.engine.ledger.find('copy', 'serial', A)[0]?.state === 'copying')
  const copies = holdCopies()
  await dock.inStep()
  await floor.cancel('busy')
  await dock.inStep()
  copies.goOn()
  await dock.engine.copies.idle()
  await dock.inStep()
  const { body } = await floor.get('busy')
  expect(body.properties).toMatchObject({
    state: 'Packaging',
    driveList: [{ state: 'CompletedMoreInfo', copyStatus: 'Cancelled' }],
  })
  dock.sendHome([A], OUT)
  await dock.inStep()
  expect(await floor.told('busy')).toBe('Completed ShippedBack')
}, 60_000)
