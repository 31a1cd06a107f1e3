/** What can go wrong between a copy and Azure Blob storage: it goes on, or ends with the code that says what happened. */
import { createHash } from 'node:crypto'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import type { Timers } from '../../../src/ports/clock.ts'
import { openStorage } from '../../../src/storage/open.ts'
import { type Azurite, startAzurite } from '../../fixtures/azurite.ts'
import { type DriveFile, md5, type PreparedDrive, prepareDrive } from '../../fixtures/drive-folder.ts'
import { startFaultProxy, type WireFault, type WireRequest } from '../../fixtures/fault-proxy.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { randomFrom } from '../../fixtures/random.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { textOf, value } from '../../suites/blob-store.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.end())

/** Waiting for a storage takes a twentieth of the time. */
const hurried: Timers = {
  after: (waitMs, run) => {
    const timer = setTimeout(run, waitMs / 20)
    return { cancel: () => clearTimeout(timer) }
  },
}

function opened(url: string): BlobStore {
  const store = openStorage(url)
  if (!store.ok) throw new Error(store.failure.sentence)
  return store.value
}

/** An account behind a proxy: where the copy goes, and where it can be looked at afterwards. */
async function behind(faultOf: (request: WireRequest) => WireFault | undefined) {
  const proxy = await startFaultProxy(azurite.port, faultOf)
  onTestFinished(() => proxy.close())
  const url = azurite.account()
  return { proxy, url, store: opened(azurite.through(url, proxy.port)), plain: opened(url) }
}

function bytesOf(name: string, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  for (let at = 0; at < lengthBytes; at += 64)
    createHash('sha512').update(`${name} ${at}`).digest().copy(bytes, at)
  return bytes
}

/** Every way a blob is put together: in blocks of ours, in the manifest's, in pages, of nothing. */
const FILES: readonly DriveFile[] = [
  { blobPath: 'charts/large', bytes: bytesOf('large', 6 * 1024 * 1024) },
  { blobPath: 'charts/named', bytes: bytesOf('named', 300_000), blockBytes: 65_536, hasIds: true },
  { blobPath: 'charts/parts', bytes: bytesOf('parts', 300_000), blockBytes: 65_536 },
  { blobPath: 'disks/disk', bytes: bytesOf('disk', 262_144), kind: 'page', blockBytes: 65_536 },
  { blobPath: 'charts/empty', bytes: Buffer.alloc(0) },
  ...Array.from({ length: 24 }, (_, n) => ({ blobPath: `small/${n}`, bytes: bytesOf(`small ${n}`, 2_000) })),
]

function drive(): Promise<PreparedDrive> {
  return prepareDrive(temporaryFolder(), FILES)
}

/** Everything is there, once, and right; nothing else is. */
async function expectWhole(store: BlobStore): Promise<void> {
  const names = value(await store.list('', { limit: 1000 })).names
  expect(names.filter((name) => !name.startsWith('waimportexport/'))).toEqual(
    FILES.map(({ blobPath }) => blobPath).sort(),
  )
  for (const { blobPath, bytes } of FILES) {
    const into = Buffer.alloc(bytes.length + 1)
    expect(value(await store.read(blobPath, 0, into)), blobPath).toBe(bytes.length)
    expect(md5(into.subarray(0, bytes.length)), blobPath).toBe(md5(bytes))
  }
}

/** What is visible is right, whatever is missing. */
async function expectNothingHalf(store: BlobStore): Promise<number> {
  const names = value(await store.list('', { limit: 1000 })).names
  let count = 0
  for (const { blobPath, bytes } of FILES) {
    if (!names.includes(blobPath)) continue
    count++
    const into = Buffer.alloc(bytes.length + 1)
    expect(value(await store.read(blobPath, 0, into)), blobPath).toBe(bytes.length)
    expect(md5(into.subarray(0, bytes.length)), blobPath).toBe(md5(bytes))
  }
  return count
}

const FAULTS = {
  'too busy': { kind: 'answer', status: 503, code: 'ServerBusy' },
  'broken inside': { kind: 'answer', status: 500, code: 'InternalError' },
  'connections broken': { kind: 'reset' },
  'answers lost': { kind: 'lose-answer' },
  slow: { kind: 'delay', delayMs: 60 },
} as const satisfies Record<string, WireFault>

test.each([
  ['too busy', 'manifest'],
  ['broken inside', 'read-back'],
  ['connections broken', 'manifest'],
  ['answers lost', 'manifest'],
  ['answers lost', 'read-back'],
  ['slow', 'manifest'],
] as const)(
  'a storage that has this now and then: %s, holds everything in the end, once, proof %s',
  async (name, proof) => {
    const random = randomFrom(name.length * 1000 + proof.length)
    const { proxy, store, plain } = await behind(() => (random() < 0.12 ? FAULTS[name] : undefined))
    const how = { store, logsFrom: plain, timers: hurried, order: { proof } }
    const { result, errorLog } = await runImport(await drive(), how)
    expect(errorLog).toBeUndefined()
    expect(result.summary).toMatchObject({ status: 'Completed', driveStatus: 'Completed' })
    expect([...proxy.hits.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3)
    await expectWhole(plain)
  },
)

test('bits that flip on the way to the storage never arrive', async () => {
  let flips = 0
  const { store, plain } = await behind(({ bodyBytes, url }) =>
    // Every third block. Lists of blocks have no MD5 to be found by, and the emulator does not look at that of pages.
    bodyBytes >= 2_000 && url.includes('comp=block&') && flips++ % 3 === 0
      ? { kind: 'flip-request' }
      : undefined,
  )
  const { result } = await runImport(await drive(), { store, logsFrom: plain, timers: hurried })
  expect(flips).toBeGreaterThan(20)
  expect(result.summary).toMatchObject({ status: 'Completed' })
  await expectWhole(plain)
})

test('bits that flip on the way back are told from bits that flipped in the storage', async () => {
  let reads = 0
  const { store, plain } = await behind(({ method, url }) =>
    method === 'GET' &&
    /\/partial\//.test(decodeURIComponent(url)) &&
    !url.includes('comp=') &&
    reads++ % 3 === 0
      ? { kind: 'flip-answer' }
      : undefined,
  )
  const { result } = await runImport(await drive(), {
    store,
    logsFrom: plain,
    timers: hurried,
    order: { proof: 'read-back' },
  })
  expect(reads).toBeGreaterThan(10)
  expect(result.summary).toMatchObject({ status: 'Completed', driveStatus: 'Completed' })
  expect(result.remarks).toEqual([])
  await expectWhole(plain)
})

test('a storage that stops in the middle and comes back is waited for', async () => {
  let requests = 0
  let downtime: Promise<void> | undefined
  const { store, plain } = await behind(() => {
    requests++
    if (requests === 60)
      downtime = azurite.stop().then(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        await azurite.start()
      })
    return undefined
  })
  const { result } = await runImport(await drive(), { store, logsFrom: plain, timers: hurried })
  expect(downtime).toBeDefined()
  await downtime
  expect(result.summary).toMatchObject({ status: 'Completed' })
  await expectWhole(plain)
})

test('a storage that stays away ends the copy, which goes on when asked for again', async () => {
  let requests = 0
  let isAway = false
  const { store, plain } = await behind(() => {
    if (++requests === 60) isAway = true
    return isAway ? { kind: 'reset' } : undefined
  })
  const prepared = await drive()
  // Two minutes of waiting in a blink.
  const timers: Timers = { after: (_waitMs, run) => hurried.after(10, run) }
  const ended = await runImport(prepared, { store, timers, logsFrom: plain })
  expect(ended.result.summary).toMatchObject({
    status: 'CompletedMoreInfo',
    driveStatus: 'CompletedWithErrors',
  })
  expect(ended.result.remarks.join(' ')).toContain('The copy stopped.')
  await expectNothingHalf(plain)
  isAway = false
  const again = await runImport(prepared, { store, timers: hurried, logsFrom: plain })
  expect(again.result.summary.blobs).toMatchObject({
    total: FILES.length,
    completed: FILES.length,
    failed: 0,
  })
  await expectWhole(plain)
})

test('a SAS revoked in the middle is told as forbidden, and a new one goes on with what is missing', async () => {
  let requests = 0
  const { store, url, plain } = await behind(() =>
    ++requests > 60 ? { kind: 'answer', status: 403, code: 'AuthenticationFailed' } : undefined,
  )
  const prepared = await drive()
  const { result } = await runImport(prepared, { store, logsFrom: plain, timers: hurried })
  expect(result.summary.status).toBe('CompletedMoreInfo')
  expect(result.summary.blobs.failed).toBeGreaterThan(0)
  expect(result.remarks.join(' ')).toContain('SAS')
  const before = await expectNothingHalf(plain)
  expect(before).toBeLessThan(FILES.length)
  const again = await runImport(prepared, { store: opened(url), timers: hurried })
  expect(again.result.summary.blobs).toMatchObject({ completed: FILES.length, failed: 0 })
  await expectWhole(plain)
})

test('blocks another program left under a name keep that file out, and no other', async () => {
  const url = azurite.account()
  const charts = new BlobServiceClient(url).getContainerClient('charts')
  await charts.create()
  await charts.getBlockBlobClient('large').stageBlock(Buffer.from('other').toString('base64'), 'left', 4)
  const store = opened(url)
  const { result, errorLog } = await runImport(await drive(), { store, timers: hurried })
  expect(result.summary.blobs).toMatchObject({ completed: FILES.length - 1, failed: 1 })
  expect(errorLog).toContain('<Blob Status="BlobRequestFailed">')
  expect(await expectNothingHalf(store)).toBe(FILES.length - 1)
})

test('bytes that rot in the storage are found before the drive is done when they are read back', async () => {
  const url = azurite.account()
  const store = opened(url)
  const rotten: BlobStore = {
    ...passThrough(store),
    async begin(order) {
      const begun = await store.begin(order)
      if (!begun.ok || order.name !== 'charts/large') return begun
      const { value: upload } = begun
      return {
        ok: true,
        value: {
          claimed: upload.claimed,
          provable: upload.provable,
          holds: (part, from, within) => upload.holds(part, from, within),
          // What the storage keeps differs from what it was given, with an MD5 that fits: as if it rotted afterwards.
          stage: ({ offsetBytes, bytes }) => {
            const spoiled = Buffer.from(bytes)
            spoiled[7] = (spoiled[7] ?? 0) ^ 1
            const part = { offsetBytes, lengthBytes: bytes.length, md5: md5(spoiled) }
            return upload.stage({ offsetBytes, bytes: spoiled, parts: [part] })
          },
          flush: (sizeBytes) => upload.flush(sizeBytes),
          commit: (how) => upload.commit(how),
          leave: () => upload.leave(),
        },
      }
    },
  }
  const { result, errorLog } = await runImport(await drive(), {
    store: rotten,
    order: { proof: 'read-back' },
  })
  expect(result.summary).toMatchObject({
    driveStatus: 'CompletedWithErrors',
    blobs: { withErrors: 1, failed: 0 },
  })
  expect(errorLog).toContain('Status="Corrupted"')
  expect(await textOf(store, 'charts/large')).toBeUndefined()
})

function passThrough(store: BlobStore): BlobStore {
  return {
    place: store.place,
    notes: store.notes,
    check: () => store.check(),
    find: (name) => store.find(name),
    head: (name) => store.head(name),
    begin: (order) => store.begin(order),
    read: (name, offsetBytes, into) => store.read(name, offsetBytes, into),
    list: (prefix, page) => store.list(prefix, page),
    close: () => store.close(),
  }
}
