import fs from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attachLoop, detachLoop, emptyImage, run, whileMounted } from '../fixtures/drives/disk-image.ts'
import { need } from '../fixtures/need.ts'
import { type TestDock, testDock } from './dock.ts'
import { result, ScanSession } from './tallydock.ts'

const SERIALS = ['WX32DA0K4T7N', 'WX32DA0K9M2C', 'WX32DA0KZZ81'] as const
const PARCEL = '1Z84W5E70341829916'
const MEBIBYTE = 1024 * 1024

function patterned(bytes: number, seed: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  for (let at = 0; at + 4 <= bytes; at += 4) buffer.writeUInt32LE((at * 2654435761 + seed) >>> 0, at)
  return buffer
}

/** Real ext4 drives on loop devices, each in a bay of its own. */
async function drives(dock: TestDock, sizeMiB: number): Promise<readonly string[]> {
  const images: string[] = []
  const loopDrives: { name: string; serial: string }[] = []
  const bays: Record<string, string> = {}
  for (const [at, serial] of SERIALS.entries()) {
    const image = await emptyImage(join(dock.folder, `${serial}.img`), sizeMiB)
    run('mkfs.ext4', '-q', '-F', '-m', '0', '-O', '^has_journal', image)
    const node = attachLoop(image)
    onTestFinished(() => detachLoop(node))
    images.push(image)
    loopDrives.push({ name: basename(node), serial })
    bays[basename(node)] = String(at + 1)
  }
  await mkdir(dock.data, { recursive: true })
  dock.configure({ loopDrives, bays })
  return images
}

async function fillStorage(dock: TestDock, blobs: Record<string, Buffer>): Promise<void> {
  for (const [name, bytes] of Object.entries(blobs)) {
    const file = join(dock.folder, 'storage', name)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, bytes)
  }
}

const orderExport = (dock: TestDock, tags: Record<string, string>) =>
  dock.order({
    name: 'larkfield-back-03',
    drives: [],
    tracking: PARCEL,
    tags,
    properties: {
      jobType: 'Export',
      driveList: undefined,
      export: { blobList: { blobPathPrefix: ['/surveys/'] } },
    },
  })

/** Rule 7, whole: three drives come in, two are needed, all go home. */
test('an export fills as many drives as it needs and sends all of them home', {
  timeout: 120_000,
}, async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  const dock = testDock()
  const blobs = {
    'surveys/north.bin': patterned(12 * MEBIBYTE, 1),
    'surveys/south.bin': patterned(11 * MEBIBYTE, 2),
    'surveys/deep/tide Ärgernis.csv': Buffer.from('tide;height\n1;2\n'),
    'elsewhere/not-wanted.bin': Buffer.from('no'),
  }
  await fillStorage(dock, blobs)
  // About 32 MiB with eight kept back: room for one of the large files on each.
  const images = await drives(dock, 32)
  await orderExport(dock, { 'tallydock-drive-encryption': 'none' })

  const dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  expect(await dockside.scan(PARCEL)).toMatchObject({ verdict: 'arrival-opened' })
  for (const serial of SERIALS) expect(await dockside.scan(serial)).toMatchObject({ verdict: 'received' })
  expect(await dockside.scan('TD-FINISH')).toMatchObject({ verdict: 'arrival-closed' })

  for (const [at, serial] of SERIALS.entries()) {
    await dockside.scan(`TD-BAY-${at + 1}`)
    expect(await dockside.scan(serial)).toMatchObject({ verdict: 'command', drive: serial })
  }
  for (const serial of SERIALS) await dockside.until(serial, /Completed/)

  await dockside.scan('TD-PACK')
  const packed = []
  for (const serial of SERIALS) packed.push(await dockside.scan(serial))
  const label = packed.at(-1)
  expect(label).toMatchObject({ verdict: 'label-printed', count: { received: 3, expected: 3 } })
  expect(await dockside.scan(label?.return ?? '')).toMatchObject({ verdict: 'return-closed' })
  expect(await dockside.scan('1Z999AA10123456784')).toMatchObject({ verdict: 'shipped' })
  expect(await dockside.end()).toBe(0)

  // Two drives hold the two large files, one each, with manifest; the third is as it came.
  const found: Record<string, Buffer> = {}
  const manifests: string[] = []
  const mounted = join(dock.folder, 'customer')
  await mkdir(mounted)
  for (const image of images)
    await whileMounted(image, mounted, async () => {
      for (const name of fs.readdirSync(mounted, { recursive: true, encoding: 'utf8' })) {
        if (!fs.statSync(join(mounted, name)).isFile()) continue
        if (name.endsWith('.manifest')) manifests.push(name)
        else if (!name.endsWith('.properties')) found[name] = fs.readFileSync(join(mounted, name))
      }
    })
  expect(manifests).toHaveLength(2)
  const wanted = Object.entries(blobs).filter(([name]) => name.startsWith('surveys/'))
  expect(Object.keys(found).sort()).toEqual(wanted.map(([name]) => name).sort())
  for (const [name, bytes] of wanted) expect(found[name]?.equals(bytes), name).toBe(true)

  const { properties } = await dock.job('larkfield-back-03')
  expect(properties).toMatchObject({
    state: 'Completed',
    percentComplete: 100,
    returnPackage: { trackingNumber: '1Z999AA10123456784', driveCount: 3 },
  })
  expect(properties).not.toHaveProperty('incompleteBlobListUri')
  const statuses = properties.driveList.map(({ state, copyStatus }) => `${state} ${copyStatus}`)
  expect(statuses.sort()).toEqual(['ShippedBack Completed', 'ShippedBack Completed', 'ShippedBack NotNeeded'])
  for (const drive of properties.driveList)
    if (drive.copyStatus === 'Completed')
      expect(drive).toMatchObject({
        manifestFile: `\\${drive.driveId}.manifest`,
        manifestHash: expect.stringMatching(/^[0-9A-F]{32}$/),
      })
  expect(await result<{ ok: boolean }>(['ledger', 'verify', '--data', dock.data])).toMatchObject({ ok: true })
})

test('a drive that is not encrypted goes home untouched when the job does not say it may', async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  const dock = testDock()
  await fillStorage(dock, { 'surveys/a': Buffer.from('a') })
  const images = await drives(dock, 32)
  await orderExport(dock, {})
  const dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  for (const text of [PARCEL, SERIALS[0], 'TD-FINISH', 'TD-BAY-1', SERIALS[0]]) await dockside.scan(text)
  await dockside.until(SERIALS[0], /CompletedMoreInfo/)
  expect(await dockside.end()).toBe(0)
  const { properties } = await dock.job('larkfield-back-03')
  expect(properties.driveList).toMatchObject([
    { driveId: SERIALS[0], state: 'CompletedMoreInfo', copyStatus: 'BitLockerNotActivated' },
  ])
  const mounted = join(dock.folder, 'customer')
  await mkdir(mounted)
  await whileMounted(images[0] ?? '', mounted, async () =>
    expect(fs.readdirSync(mounted)).toEqual(['lost+found']),
  )
})

test('a drive that only says who it is waits for its scan', async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  const dock = testDock()
  await fillStorage(dock, { 'surveys/a': Buffer.from('a') })
  await drives(dock, 32)
  await orderExport(dock, { 'tallydock-drive-encryption': 'none' })
  const dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  for (const text of [PARCEL, SERIALS[0], 'TD-FINISH']) await dockside.scan(text)
  // Everything that can go on by itself has gone on.
  expect(await dockside.end()).toBe(0)
  expect((await dock.job('larkfield-back-03')).properties.driveList).toMatchObject([{ state: 'Received' }])
})

test('an export goes on where it was when its station is killed', { timeout: 120_000 }, async () => {
  const dock = testDock()
  const blobs = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`surveys/part-${at}.bin`, patterned(4 * MEBIBYTE + at, at)]),
  )
  await fillStorage(dock, blobs)
  const root = join(dock.folder, 'drive')
  await mkdir(root)
  await mkdir(dock.data)
  const list = join(dock.folder, 'drives.json')
  await writeFile(list, JSON.stringify([{ slot: 'A1', folder: root, serial: SERIALS[0] }]))
  dock.configure({ virtualDrives: list })
  await orderExport(dock, { 'tallydock-drive-encryption': 'none' })

  let dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  for (const text of [PARCEL, SERIALS[0], 'TD-FINISH', 'TD-BAY-A1', SERIALS[0]]) await dockside.scan(text)
  const surveys = join(root, 'surveys')
  while (!fs.existsSync(surveys) || fs.readdirSync(surveys).length < 4)
    await new Promise((resolve) => setTimeout(resolve, 5))
  await dockside.kill()
  expect(fs.existsSync(join(root, `${SERIALS[0]}.manifest`))).toBe(false)

  dockside = new ScanSession(['--data', dock.data])
  await dockside.until(SERIALS[0], /Completed/)
  expect(await dockside.end()).toBe(0)
  for (const [name, bytes] of Object.entries(blobs))
    expect(fs.readFileSync(join(root, name)).equals(bytes), name).toBe(true)
  expect(fs.readdirSync(root).sort()).toEqual([`${SERIALS[0]}.manifest`, 'surveys'])
  const { properties } = await dock.job('larkfield-back-03')
  expect(properties.driveList).toMatchObject([{ state: 'Completed', copyStatus: 'Completed' }])
})
