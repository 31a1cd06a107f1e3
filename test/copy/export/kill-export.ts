/** Exports in processes of their own that are killed again and again, as by a failing machine. */
import fs from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { CopyResult } from '../../../src/contract/copy-messages.ts'
import { type CopyListener, type RunningCopy, startCopy } from '../../../src/copy/process/run-copy.ts'
import { nodeProcessHost } from '../../../src/host/node-process-host.ts'
import type { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FakeLog } from '../../fakes/log.ts'
import { md5 } from '../../fixtures/drive-folder.ts'
import { EXPORT_SERIAL, exportOrder, filesOn, patterned } from '../../fixtures/export-rig.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const MEBIBYTE = 1024 * 1024
const SMALL_FILES = 200

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What is wanted of the storage; made once, no export changes it. */
export function makeStorage(): { readonly url: string; readonly blobs: ReadonlyMap<string, string> } {
  const root = join(temporaryFolder(), 'storage')
  const blobs = new Map<string, string>()
  const put = (name: string, bytes: Uint8Array) => {
    fs.mkdirSync(join(root, name, '..'), { recursive: true })
    fs.writeFileSync(join(root, name), bytes)
    blobs.set(name, md5(bytes))
  }
  put('bay/large 1', patterned(60 * MEBIBYTE, 1))
  for (let at = 0; at < SMALL_FILES; at++) put(`bay/small/${at}`, Buffer.from(`small file ${at}`))
  put('bay/large 2', patterned(70 * MEBIBYTE, 2))
  return { url: `folder:${root}`, blobs }
}

/** Starts one export and answers how it ended: its result, or that its process is gone. */
function start(root: string, storage: string, id: string) {
  const ended = Promise.withResolvers<CopyResult | string>()
  const listener: CopyListener = {
    onStarted: () => undefined,
    onProgress: () => undefined,
    onLost: () => undefined,
    onFound: () => undefined,
    onDriveRefused: () => undefined,
    onEnded: (result) => ended.resolve(result),
    onNotStarted: ({ code }) => ended.resolve(code),
    onDied: (sentence) => ended.resolve(sentence),
  }
  const order = exportOrder(root, { copyId: id, plan: id })
  const started = startCopy(nodeProcessHost(new FakeLog()), { direction: 'export', storage, order }, listener)
  if (!started.ok) throw new Error(started.failure.sentence)
  return { copy: started.value as RunningCopy, ended: ended.promise }
}

/** Nothing half-written bears its name at any moment. */
function expectOnlyWhole(root: string, blobs: ReadonlyMap<string, string>): void {
  for (const [name, bytes] of Object.entries(filesOn(root)))
    if (!name.startsWith('.tallydock')) expect(md5(bytes), name).toBe(blobs.get(name))
}

/** One export through so many kills at random moments. Answers the bytes its last run read from the storage. */
export async function exportThroughKills(
  seed: number,
  kills: number,
  { url, blobs }: ReturnType<typeof makeStorage>,
): Promise<void> {
  const random = randomFrom(seed)
  const root = temporaryFolder()
  const id = `kills-${seed}`
  let killed = 0
  let last: CopyResult | undefined
  while (last === undefined) {
    const { copy, ended } = start(root, url, id)
    const isKilled = killed < kills
    if (isKilled) {
      // Most moments of a whole run, counted from the start of its process.
      const moment = new Promise<'kill'>((resolve) => setTimeout(resolve, 150 + random() * 900, 'kill'))
      if ((await Promise.race([ended, moment])) === 'kill') {
        copy.kill()
        killed++
      }
    }
    const result = await ended
    if (typeof result !== 'string') last = result
    else if (!isKilled) throw new Error(result)
    expectOnlyWhole(root, blobs)
  }
  expect(last.summary).toMatchObject({
    driveStatus: 'Completed',
    blobs: { total: blobs.size, completed: blobs.size, withErrors: 0, failed: 0 },
  })
  expect(Object.keys(filesOn(root)).sort()).toEqual([...blobs.keys()].sort())
  expect(fs.existsSync(join(root, '.tallydock'))).toBe(false)
  // The manifest tells the same, read by the importer.
  const back = await runImport(
    { root, manifestHash: last.exported?.manifestHash ?? '' },
    { order: { driveId: EXPORT_SERIAL, manifestPath: last.exported?.manifestFile ?? '' } },
  )
  expect(back.result.summary).toMatchObject({ driveStatus: 'Completed', blobs: { completed: blobs.size } })
  for (const [name, hash] of blobs)
    expect(md5((back.store as FakeBlobStore).bytesOf(name) ?? ''), name).toBe(hash)
}

/** How many bytes of the storage are read again of the large file that was open when the process was killed. */
export async function bytesReadAgain({ url, blobs }: ReturnType<typeof makeStorage>): Promise<number> {
  const root = temporaryFolder()
  const { copy, ended } = start(root, url, 'read-again')
  const part = join(root, '.tallydock', '0.part')
  while (!fs.existsSync(part) || fs.statSync(part).size < 40 * MEBIBYTE)
    await new Promise((resolve) => setTimeout(resolve, 2))
  copy.kill()
  await ended
  const files = Object.values(filesOn(root)).reduce((sum, bytes) => sum + bytes.length, 0)
  const held = files - records(root)
  const again = start(root, url, 'read-again')
  const result = await again.ended
  if (typeof result === 'string') throw new Error(result)
  expect(result.summary.blobs.completed).toBe(blobs.size)
  const all = 130 * MEBIBYTE
  return result.bytesRead - (all - held)
}

function records(root: string): number {
  const file = join(root, '.tallydock', 'export-records.jsonl')
  return fs.existsSync(file) ? fs.statSync(file).size : 0
}
