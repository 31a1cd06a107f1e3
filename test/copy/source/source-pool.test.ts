import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SLAB_BYTES, Slabs } from '../../../src/copy/source/slabs.ts'
import { SourcePool } from '../../../src/copy/source/source-pool.ts'
import { md5 } from '../../fixtures/drive-folder.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

function poolOn(root: string, slabs: Slabs): SourcePool {
  const pool = new SourcePool(slabs, root)
  onTestFinished(() => pool.close())
  return pool
}

describe('the reading threads', () => {
  test('put the bytes where they were asked to, whatever runs side by side', async () => {
    const root = temporaryFolder()
    const texts = Array.from({ length: 200 }, (_, n) => `file ${n} `.repeat(n + 1))
    for (const [n, text] of texts.entries()) fs.writeFileSync(join(root, String(n)), text)
    const slabs = new Slabs(2)
    const pool = poolOn(root, slabs)
    await Promise.all(
      texts.map(async (text, n) => {
        const slice = await slabs.take(text.length)
        const parts = [{ at: 0, lengthBytes: text.length }]
        const request = {
          path: [String(n)],
          offsetBytes: 0,
          slice,
          parts,
          pieceBytes: SLAB_BYTES,
          keepOpen: false,
        }
        const answer = await pool.read(request)
        expect(answer).toEqual({ kind: 'read', bytesRead: text.length, md5s: [md5(text)] })
        expect(Buffer.from(slice.bytes).toString()).toBe(text)
        slice.release()
      }),
    )
  })

  test('move to another root together', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()]
    fs.writeFileSync(join(one, 'a'), 'one')
    fs.writeFileSync(join(two, 'a'), 'two')
    const slabs = new Slabs(1)
    const pool = poolOn(one, slabs)
    const slice = await slabs.take(3)
    const parts = [{ at: 0, lengthBytes: 3 }]
    const request = { path: ['a'], offsetBytes: 0, slice, parts, pieceBytes: SLAB_BYTES, keepOpen: true }
    for (let n = 0; n < 4; n++) expect(await pool.read(request)).toMatchObject({ md5s: [md5('one')] })
    await pool.moveTo(two)
    for (let n = 0; n < 4; n++) expect(await pool.read(request)).toMatchObject({ md5s: [md5('two')] })
  })

  test('reject what is asked after they ended', async () => {
    const slabs = new Slabs(1)
    const pool = new SourcePool(slabs, temporaryFolder())
    await pool.close()
    await expect(pool.probe({ path: ['a'], identity: undefined, isThorough: false })).rejects.toThrow('ended')
  })
})

describe('slabs', () => {
  test('small slices share one and never overlap', async () => {
    const slabs = new Slabs(1)
    const slices = await Promise.all(Array.from({ length: 64 }, () => slabs.take(SLAB_BYTES / 64)))
    expect(new Set(slices.map(({ at }) => at)).size).toBe(64)
    expect(slices.every(({ slab }) => slab === 0)).toBe(true)
  })

  test('who finds no room waits, first come first served, until there is some', async () => {
    const slabs = new Slabs(2)
    const first = await slabs.take(SLAB_BYTES)
    const second = await slabs.take(SLAB_BYTES)
    const served: string[] = []
    const large = slabs.take(SLAB_BYTES).then((slice) => served.push('large') && slice)
    const small = slabs.take(1).then((slice) => served.push('small') && slice)
    await Promise.resolve()
    expect(served).toEqual([])
    first.release()
    const slice = await large
    expect(served).toEqual(['large'])
    second.release()
    await small
    expect(served).toEqual(['large', 'small'])
    expect(typeof slice).toBe('object')
  })

  test('all room comes back', async () => {
    const slabs = new Slabs(2)
    for (let round = 0; round < 50; round++) {
      const slices = await Promise.all([slabs.take(1000), slabs.take(SLAB_BYTES - 500), slabs.take(400)])
      for (const slice of slices) slice.release()
    }
    const whole = await Promise.all([slabs.take(SLAB_BYTES), slabs.take(SLAB_BYTES)])
    expect(whole).toHaveLength(2)
  })

  test('no slice is larger than a slab', async () => {
    await expect(new Slabs(1).take(SLAB_BYTES + 1)).rejects.toThrow(RangeError)
  })
})
