/** Reading manifests that are large, hostile, cut, exchanged, or gone on with in the middle. */
import fs from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ManifestBlob, PlacedBlob } from '../../../src/copy/manifest/manifest.ts'
import { checkManifest, type ManifestBytes, readBlobs } from '../../../src/copy/manifest/read-manifest.ts'
import { createManifestWriter } from '../../../src/copy/manifest/write-manifest.ts'
import { fail } from '../../../src/lifecycle/outcome.ts'
import { md5 } from '../../fixtures/drive-folder.ts'
import { bytesOf, claimOf } from '../../fixtures/manifest-bytes.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

async function refusal(text: string | Uint8Array): Promise<string> {
  const checked = await checkManifest(bytesOf(text, 4096), claimOf(text))
  if (checked.ok) throw new Error('it was accepted')
  return `${checked.failure.code}: ${checked.failure.detail}`
}

async function written(lists: readonly (readonly ManifestBlob[])[]): Promise<Buffer> {
  const pieces: Buffer[] = []
  const writer = createManifestWriter({ driveId: 'QZ71M0042' }, async (bytes) => void pieces.push(bytes))
  for (const [index, blobs] of lists.entries()) {
    await writer.startList({ id: `list ${index}`, metadata: { path: `\\m${index}`, md5: md5(`m${index}`) } })
    for (const blob of blobs) await writer.add(blob)
  }
  await writer.end()
  return Buffer.concat(pieces)
}

async function readFrom(text: Uint8Array, pieceBytes: number, from?: PlacedBlob): Promise<PlacedBlob[]> {
  const bytes = bytesOf(text, pieceBytes)
  const checked = await checkManifest(bytes, claimOf(text), undefined, from)
  if (!checked.ok) throw new Error(checked.failure.detail)
  const blobs: PlacedBlob[] = []
  const reading = readBlobs(bytes, claimOf(text), checked.value, from)
  for (;;) {
    const next = await reading.next()
    if (next.done) {
      expect(next.value).toEqual({ ok: true, value: undefined })
      return blobs
    }
    blobs.push(...next.value)
  }
}

describe('a hostile manifest is refused', () => {
  test('when it is cut', async () => {
    const text = await written([[]])
    expect(await refusal(text.subarray(0, -5))).toContain('ManifestFormatInvalid')
  })

  test('when it declares entities, before one of them is looked at', async () => {
    const bomb = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};&e${n};">`).join('')
    const text = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">${bomb}]><DriveManifest>&e30;</DriveManifest>`
    expect(await refusal(text)).toContain('document type')
  })

  test('when it asks for a file of this machine', async () => {
    const text = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><DriveManifest/>'
    expect(await refusal(text)).toContain('document type')
  })

  test('when it uses an entity nobody declared', async () => {
    expect(
      await refusal('<DriveManifest><Drive><DriveId>&boom;</DriveId></Drive></DriveManifest>'),
    ).toContain('XML')
  })

  test('when it is nested 100,000 deep', async () => {
    expect(await refusal(`<DriveManifest>${'<a>'.repeat(100_000)}`)).toContain('nested too deep')
  })

  test.each([
    ['text', `<DriveManifest><Drive><DriveId>${'x'.repeat(3_000_000)}</DriveId></Drive></DriveManifest>`],
    ['an attribute', `<DriveManifest Version="${'x'.repeat(3_000_000)}"/>`],
    ['a name', `<${'x'.repeat(3_000_000)}/>`],
    ['a comment', `<!--${'x'.repeat(3_000_000)}--><DriveManifest/>`],
    ['attributes', `<DriveManifest ${Array.from({ length: 200_000 }, (_, n) => `a${n}="x"`).join(' ')}/>`],
  ])('when %s has no end', async (_, text) => {
    expect(await refusal(text)).toContain('far too long')
  })

  test.each([
    ['UTF-16', Buffer.from('<DriveManifest/>', 'utf16le')],
    ['broken UTF-8', Buffer.from([...Buffer.from('<DriveManifest Version="'), 0xff, 0xfe])],
    ['half a character at the end', Buffer.from([...Buffer.from('<DriveManifest/>'), 0xe2, 0x82])],
  ])('when it is %s', async (_, bytes) => {
    expect(await refusal(bytes)).toContain('ManifestFormatInvalid')
  })

  test.each(['\u0000', '\u0001', '&#0;', '&#1;', '&#xFFFE;', '&#xD800;'])(
    'when it contains %j',
    async (bad) => {
      expect(
        await refusal(`<DriveManifest><Drive><DriveId>a${bad}</DriveId></Drive></DriveManifest>`),
      ).toContain('XML')
    },
  )
})

describe('the hash of the manifest', () => {
  test('counts before its form: a wrong one is ManifestCorrupted, whatever is inside', async () => {
    const checked = await checkManifest(bytesOf('<nonsense'), { hash: 'a'.repeat(32), driveId: 'QZ71M0042' })
    expect(checked).toMatchObject({ ok: false, failure: { code: 'ManifestCorrupted' } })
  })

  test('is taken again while copying, so that an exchanged manifest is found', async () => {
    const text = (await written([[blobOf('photos/a'), blobOf('photos/b')]])).toString()
    let isExchanged = false
    const bytes: ManifestBytes = {
      read: (offset) => bytesOf(isExchanged ? text.replace('photos/b', 'photos/c') : text).read(offset),
    }
    const checked = await checkManifest(bytes, claimOf(text))
    if (!checked.ok) throw new Error(checked.failure.detail)
    isExchanged = true
    const reading = readBlobs(bytes, claimOf(text), checked.value)
    let last = await reading.next()
    while (!last.done) last = await reading.next()
    expect(last.value).toMatchObject({ ok: false, failure: { code: 'ManifestCorrupted' } })
  })

  test('and an exchange that breaks its form is found as well', async () => {
    const text = (await written([[blobOf('photos/a')]])).toString()
    const checked = await checkManifest(bytesOf(text), claimOf(text))
    if (!checked.ok) throw new Error(checked.failure.detail)
    const last = await readBlobs(bytesOf('<nonsense'), claimOf(text), checked.value).next()
    expect(last.value).toMatchObject({ ok: false, failure: { code: 'ManifestCorrupted' } })
  })

  test('a manifest that cannot be read on ends with that failure', async () => {
    const text = await written([[blobOf('photos/a')]])
    const checked = await checkManifest(bytesOf(text), claimOf(text))
    if (!checked.ok) throw new Error(checked.failure.detail)
    const broken = { read: async () => fail('ReadManifestFailed', 'Its sector is bad.') }
    const last = await readBlobs(broken, claimOf(text), checked.value).next()
    expect(last.value).toMatchObject({ ok: false, failure: { code: 'ReadManifestFailed' } })
  })
})

function blobOf(blobPath: string): ManifestBlob {
  const parts = [{ offsetBytes: 0, lengthBytes: 3, md5: md5('abc') }]
  return { blobPath, filePath: `\\${blobPath}`, lengthBytes: 3, kind: 'block', disposition: 'rename', parts }
}

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((name) => `photos/${name.trim()}x`)
const manifestBlobs = fc
  .record({
    blobPath: names,
    sizes: fc.array(fc.integer({ min: 1, max: 4 * 1024 * 1024 }), { minLength: 0, maxLength: 4 }),
    disposition: fc.constantFrom('rename', 'no-overwrite', 'overwrite'),
    hasIds: fc.boolean(),
    properties: fc.option(names, { nil: undefined }),
  })
  .map(({ blobPath, sizes, disposition, hasIds, properties }): ManifestBlob => {
    let offsetBytes = 0
    const parts = sizes.map((lengthBytes, index) => {
      const part = { offsetBytes, lengthBytes, md5: md5(`${index}`) }
      offsetBytes += lengthBytes
      return hasIds ? { ...part, id: Buffer.from([index, 0, 0, 0]).toString('base64') } : part
    })
    const attached =
      properties === undefined ? {} : { properties: { path: properties, md5: md5(properties) } }
    return {
      blobPath,
      filePath: `\\${blobPath}`,
      lengthBytes: offsetBytes,
      kind: 'block',
      disposition,
      parts,
      ...attached,
    }
  })

describe('what the writer writes', () => {
  test('the reader reads, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(manifestBlobs, { maxLength: 5 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 300 }),
        async (lists, pieceBytes) => {
          const read = await readFrom(await written(lists), pieceBytes)
          expect(read.map(({ blob }) => blob)).toEqual(lists.flat())
          expect(read.map(({ ordinal }) => ordinal)).toEqual(lists.flat().map((_, index) => index))
          const expected = lists.flatMap((blobs, index) => blobs.map(() => `\\m${index}`))
          expect(read.map(({ list }) => list.metadata?.path)).toEqual(expected)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('the reader goes on with in the middle, and still knows the hash of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(manifestBlobs, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        async (lists, choice, pieceBytes, hasMark) => {
          const text = Buffer.concat([Buffer.from(hasMark ? '\ufeff' : ''), await written(lists)])
          const all = await readFrom(text, pieceBytes)
          const from = all[choice % all.length] as PlacedBlob
          expect(text.subarray(from.startByte, from.startByte + 6).toString()).toBe('<Blob>')
          expect(await readFrom(text, pieceBytes, from)).toEqual(all.slice(from.ordinal))
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('a manifest of 200,000 blobs is read in flat memory', async () => {
  const file = join(temporaryFolder(), 'manifest.xml')
  const out = fs.openSync(file, 'w')
  const writer = createManifestWriter(
    { driveId: 'QZ71M0042' },
    async (bytes) => void fs.writeSync(out, bytes),
  )
  for (let n = 0; n < 200_000; n++) await writer.add(blobOf(`photos/folder ${n % 1000}/file ${n}.jpg`))
  const claim = { hash: (await writer.end()).md5, driveId: 'QZ71M0042' }
  fs.closeSync(out)
  const fd = fs.openSync(file, 'r')
  const bytes: ManifestBytes = {
    read: async (offset) => {
      const piece = Buffer.allocUnsafe(1 << 20)
      return { ok: true, value: piece.subarray(0, fs.readSync(fd, piece, 0, piece.length, offset)) }
    },
  }
  const before = heldBytes()
  const startedAt = process.cpuUsage()
  const checked = await checkManifest(bytes, claim)
  if (!checked.ok) throw new Error(checked.failure.detail)
  expect(checked.value.totals).toEqual({ blobs: 200_000, bytes: 600_000 })
  let read = 0
  let highest = 0
  const reading = readBlobs(bytes, claim, checked.value)
  for (let next = await reading.next(); !next.done; next = await reading.next()) {
    const looks = Math.floor(read / 25_000)
    read += next.value.length
    if (Math.floor(read / 25_000) > looks) highest = Math.max(highest, heldBytes() - before)
  }
  fs.closeSync(fd)
  expect(read).toBe(200_000)
  expect(highest).toBeLessThan(16 * 1024 * 1024)
  // Time of the processor, so that other programs on the machine do not count.
  const { user, system } = process.cpuUsage(startedAt)
  expect((user + system) / 1e6).toBeLessThan(10)
}, 120_000)

/** Memory that is in use once all garbage is gone. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
