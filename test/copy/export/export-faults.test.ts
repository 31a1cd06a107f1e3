/** Exports to drives that lie, go away or were begun before. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Prover, ThreadProver } from '../../../src/copy/export/prover.ts'
import { CopyControl } from '../../../src/copy/import/copy-control.ts'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { filesOn, filled, patterned, runExport, texts } from '../../fixtures/export-rig.ts'
import { folderStore } from '../../fixtures/import-rig.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put } from '../../suites/blob-store.ts'

const MEBIBYTE = 1024 * 1024
const BIG = patterned(9 * MEBIBYTE + 5)

/** The same storage; the copy is cancelled in the middle of this blob, once these files are on the drive. */
function cancelling(
  store: BlobStore,
  blob: string,
  { control, root, once }: { control: CopyControl; root: string; once: readonly string[] },
): BlobStore {
  const areThere = () => once.every((name) => fs.existsSync(join(root, name)))
  return new Proxy(store, {
    get(target, member) {
      const found = Reflect.get(target, member, target) as unknown
      if (typeof found !== 'function') return found
      if (member !== 'read') return found.bind(target)
      return async (name: string, offset: number, into: Uint8Array) => {
        const isIt = name === blob && offset > 0
        while (isIt && !areThere()) await new Promise((resolve) => setTimeout(resolve, 5))
        if (isIt) control.cancel()
        return target.read(name, offset, into)
      }
    },
  })
}

describe('what the drive gives back', () => {
  /** Flips a byte of a written file before it is proven, `times` times. */
  function flipping(times: number, at: number): Prover & { flips: number } {
    const real = new ThreadProver()
    return {
      flips: 0,
      async prove(request) {
        if (this.flips < times && /part$/.test(request.path)) {
          this.flips++
          const file = fs.openSync(request.path, 'r+')
          const byte = Buffer.alloc(1)
          fs.readSync(file, byte, 0, 1, at)
          fs.writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 4]), 0, 1, at)
          fs.closeSync(file)
        }
        return real.prove(request)
      },
      close: () => real.close(),
    }
  }

  test('a flipped bit is found and written again', async () => {
    const root = temporaryFolder()
    const prover = flipping(1, 5 * MEBIBYTE)
    const { result } = await runExport(root, await filled({ 'bay/big': BIG }), { prover })
    expect(prover.flips).toBe(1)
    expect(result.summary.driveStatus).toBe('Completed')
    expect(filesOn(root)['bay/big']?.equals(BIG)).toBe(true)
  })

  test('a block that never stays ends the file, named with its block', async () => {
    const root = temporaryFolder()
    const prover = flipping(99, 5 * MEBIBYTE)
    const { result, errorLog } = await runExport(root, await filled({ 'bay/big': BIG }), { prover })
    expect(result.summary).toMatchObject({
      status: 'CompletedMoreInfo',
      driveStatus: 'CompletedWithErrors',
      bytesSucceeded: 0,
      blobs: { withErrors: 1 },
    })
    expect(errorLog).toContain('Offset="4194304" Length="4194304" Id="AQAAAA=="')
    expect(errorLog?.match(/<Block /g)).toHaveLength(1)
    expect(errorLog).toContain('Status="Corrupted"')
    expect(filesOn(root)).toEqual({})
  })

  test('is read from the medium where the file system can', async () => {
    const { result } = await runExport(temporaryFolder(), await filled({ 'bay/big': BIG }))
    expect(result.proof.bytesReadBack).toBeGreaterThanOrEqual(BIG.length)
    expect(['medium', 'cache']).toContain(result.proof.readBackFrom)
  })
})

describe('cancelling and losing the drive', () => {
  test('a cancelled export stops at the next block, tells what is missing and can be gone on with', async () => {
    const base = await filled({ 'bay/big': patterned(48 * MEBIBYTE), 'bay/a': 'a' })
    const control = new CopyControl()
    const root = temporaryFolder()
    const store = cancelling(base, 'bay/big', { control, root, once: ['bay/a'] })
    const { result, errorLog } = await runExport(root, store, { control })
    expect(result).toMatchObject({
      cancelled: true,
      summary: {
        status: 'CompletedMoreInfo',
        driveStatus: 'CompletedWithErrors',
        blobs: { total: 2, failed: 1 },
      },
    })
    expect(parsedXml(errorLog ?? '').textsOf('BlobPath')).toEqual(['bay/big'])
    expect(texts(root)).toMatchObject({ 'bay/a': 'a' })
    expect(filesOn(root)['bay/big']).toBeUndefined()

    const again = await runExport(root, base)
    expect(again.result.summary).toMatchObject({
      driveStatus: 'Completed',
      blobs: { total: 2, completed: 2 },
    })
    expect(Object.keys(filesOn(root))).toEqual(['bay/a', 'bay/big'])
    expect(fs.existsSync(join(root, '.tallydock'))).toBe(false)
  })

  test('a drive that was pulled is waited for, and another one refused', async () => {
    const base = await filled({ 'bay/big': patterned(24 * MEBIBYTE), 'bay/a': 'a', 'bay/z': 'z' })
    const home = temporaryFolder()
    const root = join(home, 'drive')
    const away = join(home, 'away')
    fs.mkdirSync(root)
    let reads = 0
    const store = new Proxy(base, {
      get(target, member) {
        const found = Reflect.get(target, member, target) as unknown
        if (member === 'read' && ++reads === 4) fs.renameSync(root, away)
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
    const control = new CopyControl()
    const lost = Promise.withResolvers<void>()
    const running = runExport(root, store, { control, onLost: () => lost.resolve() })
    await lost.promise
    const stranger = temporaryFolder()
    expect(await control.driveBack(stranger)).toMatchObject({ ok: false, failure: { code: 'other-drive' } })
    expect(fs.readdirSync(stranger)).toEqual([])
    expect((await control.driveBack(away)).ok).toBe(true)
    const { result } = await running
    expect(result.summary).toMatchObject({ driveStatus: 'Completed', blobs: { total: 3, completed: 3 } })
    expect(Object.keys(filesOn(away))).toEqual(['bay/a', 'bay/big', 'bay/z'])
    expect(filesOn(away)['bay/big']?.equals(patterned(24 * MEBIBYTE))).toBe(true)
  })
})

describe('going on', () => {
  test('what an earlier run wrote is read again, and written again where the drive lost it', async () => {
    const storage = join(temporaryFolder(), 'storage')
    const store = folderStore(storage)
    for (const name of ['a', 'b', 'c']) await put(store, `bay/${name}`, `bytes of ${name}`)
    await put(store, 'bay/last', patterned(48 * MEBIBYTE))
    const root = temporaryFolder()
    const control = new CopyControl()
    const once = ['bay/a', 'bay/b', 'bay/c']
    const stopping = cancelling(store, 'bay/last', { control, root, once })
    expect((await runExport(root, stopping, { control })).result.cancelled).toBe(true)
    fs.writeFileSync(join(root, 'bay/b'), 'rotten of b')
    fs.rmSync(join(root, 'bay/c'))
    const { result } = await runExport(root, store)
    expect(result.summary).toMatchObject({ driveStatus: 'Completed', blobs: { total: 4, completed: 4 } })
    expect(texts(root)).toMatchObject({ 'bay/a': 'bytes of a', 'bay/b': 'bytes of b', 'bay/c': 'bytes of c' })
    expect(result.bytesRead).toBeLessThan(48 * MEBIBYTE + 100)
    // Ended: asked again it answers the same and touches nothing.
    const before = fs.statSync(join(root, 'bay/last')).ino
    expect((await runExport(root, store)).result).toEqual(result)
    expect(fs.statSync(join(root, 'bay/last')).ino).toBe(before)
  })
})
