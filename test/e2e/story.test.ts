import { readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  attachLoop,
  detachLoop,
  digest,
  emptyImage,
  run,
  whileMounted,
} from '../fixtures/drives/disk-image.ts'
import { need } from '../fixtures/need.ts'
import { codesIn, printed } from '../labels/read-back.ts'
import { testDock } from './dock.ts'
import { result, ScanSession } from './tallydock.ts'

const SERIAL = 'WX32DA0K4T7N'

/** The product's story: an order, a package, a real drive, a proven copy, and the way home. */
test('a drive goes from order to Completed by scans alone', async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  const dock = testDock()

  // The customer prepares a real ext4 drive with files of every size, and orders.
  const source = join(dock.folder, 'source')
  await mkdir(join(source, 'deep', 'er'), { recursive: true })
  await writeFile(join(source, 'empty.txt'), '')
  await writeFile(join(source, 'deep', 'er', 'tide Ärgernis.csv'), 'tide;height\n1;2\n')
  await writeFile(join(source, 'large.bin'), Buffer.alloc(9 * 1024 * 1024 + 17, 'quayside station sample'))
  const image = join(dock.folder, 'drive.img')
  const mounted = join(dock.folder, 'customer')
  await emptyImage(image, 64)
  run('mkfs.ext4', '-q', '-F', image)
  await mkdir(mounted)
  const listed = await whileMounted(image, mounted, () =>
    result<{ driveId: string; manifestFile: string; manifestHash: string }>([
      ...['prepare', source, '--drive', mounted, '--drive-id', SERIAL, '--container', 'surveys'],
    ]),
  )
  const before = await digest(image)

  const node = attachLoop(image)
  onTestFinished(() => detachLoop(node))
  await mkdir(dock.data)
  dock.configure({ loopDrives: [{ name: basename(node) }], bays: { [basename(node)]: '1' } })
  await dock.order({ name: 'larkfield-scans-07', drives: [listed] })
  expect((await dock.job('larkfield-scans-07')).properties.state).toBe('Shipping')

  // The package comes in.
  const dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  expect(await dockside.scan('1Z84W5E70341829916')).toMatchObject({
    verdict: 'arrival-opened',
    job: 'larkfield-scans-07',
  })
  expect(await dockside.scan(SERIAL)).toMatchObject({
    verdict: 'received',
    tray: 'A',
    count: { received: 1, expected: 1 },
  })

  // The drive goes into bay 1 and is copied by itself.
  expect(await dockside.scan('TD-NEXT')).toMatchObject({ verdict: 'command' })
  expect(await dockside.scan('TD-BAY-1')).toMatchObject({ verdict: 'command' })
  expect(await dockside.scan(SERIAL)).toMatchObject({ verdict: 'command', drive: SERIAL })
  await dockside.until(SERIAL, /Completed/)

  // It goes home.
  expect(await dockside.scan('TD-PACK')).toMatchObject({ verdict: 'command' })
  const packed = await dockside.scan(SERIAL)
  expect(packed).toMatchObject({ verdict: 'label-printed', count: { received: 1, expected: 1 } })
  expect(await dockside.scan(packed.return ?? '')).toMatchObject({ verdict: 'return-closed' })
  expect(await dockside.scan('1Z999AA10123456784')).toMatchObject({
    verdict: 'shipped',
    job: 'larkfield-scans-07',
  })
  expect(await dockside.end()).toBe(0)

  // Stored bytes are the source's bytes, and the customer's drive was not touched.
  const stored = join(dock.folder, 'storage', 'surveys')
  for (const name of ['empty.txt', 'large.bin', 'deep/er/tide Ärgernis.csv'])
    expect(readFileSync(join(stored, name)).equals(readFileSync(join(source, name))), name).toBe(true)
  expect(await digest(image)).toBe(before)

  // The label carries the number, read by somebody else's reader.
  const labels = await readdir(join(dock.data, 'labels'))
  expect(labels).toContain(`${packed.return}.pdf`)
  expect(labels).toContain(`${packed.return}-list.pdf`)
  const [page] = await printed(readFileSync(join(dock.data, 'labels', `${packed.return}.pdf`)), 203)
  expect(page && (await codesIn(page.picture))).toEqual([packed.return])

  const job = await dock.job('larkfield-scans-07')
  expect(job.properties).toMatchObject({
    state: 'Completed',
    percentComplete: 100,
    driveList: [{ driveId: SERIAL, state: 'ShippedBack' }],
    returnPackage: { trackingNumber: '1Z999AA10123456784', driveCount: 1 },
  })
  expect(await result<{ ok: boolean }>(['ledger', 'verify', '--data', dock.data])).toMatchObject({
    ok: true,
    problems: [],
  })
  // Keys and the ledger are nobody else's business.
  expect(statSync(join(dock.data, 'keys')).mode & 0o077).toBe(0)
})
