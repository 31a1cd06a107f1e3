import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import {
  blockId,
  createManifestWriter,
  isXmlText,
  type ManifestWriter,
  type WritableBlob,
} from '../../../src/copy/manifest/write-manifest.ts'

async function written(fill: (writer: ManifestWriter) => Promise<void>, clientCreator?: string) {
  const chunks: Buffer[] = []
  const writer = createManifestWriter(
    { driveId: 'QZ71M0042', ...(clientCreator === undefined ? {} : { clientCreator }) },
    async (bytes) => void chunks.push(bytes),
  )
  await fill(writer)
  const result = await writer.end()
  return { text: Buffer.concat(chunks).toString('utf8'), chunks, result }
}

const notes: WritableBlob = {
  blobPath: 'photos/notes.txt',
  filePath: '\\photos\\notes.txt',
  lengthBytes: 24,
  disposition: 'no-overwrite',
  kind: 'block',
  parts: [{ offsetBytes: 0, lengthBytes: 24, id: blockId(0), md5: '41788A89D816950067FE87DC0A7BA365' }],
}

describe('the manifest writer', () => {
  test('writes the published example, byte for byte but for the storage key, which new manifests leave out', async () => {
    const { text, result } = await written(async (writer) => {
      const properties = { path: '\\props\\text.xml', md5: 'CA6D7A6D77BB17673954CECBE1EC461C' }
      await writer.startList({ id: 'session#1-0', properties })
      await writer.add(notes)
      await writer.startList({ id: 'session#2-0' })
      await writer.add({
        blobPath: 'disks/tiny.vhd',
        filePath: '\\disks\\tiny.vhd',
        lengthBytes: 1024,
        disposition: 'rename',
        kind: 'page',
        parts: [
          { offsetBytes: 0, lengthBytes: 512, md5: 'D6F832D810C9389CC15E56932D0012D7' },
          { offsetBytes: 512, lengthBytes: 512, md5: '98425CA1EA6528F6D6BC6F58EAADE8CD' },
        ],
      })
    }, 'harbor-prep 0.1')
    const key = '    <StorageAccountKey>aW52ZW50ZWQta2V5LWZvci1leGFtcGxl</StorageAccountKey>\n'
    const published = text.replace('    <ClientCreator>', `${key}    <ClientCreator>`)
    const md5 = (bytes: string) => createHash('md5').update(bytes).digest('hex').toUpperCase()
    expect(md5(published)).toBe('D914C50ACC4F55EDB021E970F29DEDC3')
    expect(result).toEqual({ md5: md5(text), sizeBytes: Buffer.byteLength(text) })
  })

  test('an empty file has an empty block list', async () => {
    const { text } = await written((writer) =>
      writer.add({
        blobPath: 'c/e',
        filePath: '\\c\\e',
        lengthBytes: 0,
        kind: 'block',
        parts: [],
      }),
    )
    expect(text).toContain('<Length>0</Length>\n        <BlockList />\n')
  })

  test('a drive without blobs is a whole manifest', async () => {
    const { text } = await written(async () => undefined)
    expect(text).toMatch(/<DriveId>QZ71M0042<\/DriveId>\n {2}<\/Drive>\n<\/DriveManifest>\n$/)
  })

  test('hands its text on in measures, whatever the number of blobs', async () => {
    const { chunks } = await written(async (writer) => {
      for (let count = 0; count < 2_000; count++) await writer.add(notes)
    })
    expect(chunks.length).toBeGreaterThan(5)
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(80_000)
  })

  test('a name XML cannot hold is refused rather than mangled', async () => {
    await expect(written((writer) => writer.add({ ...notes, blobPath: 'c/\u0007' }))).rejects.toThrow('XML')
  })

  test('any name comes back from an independent reader as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }).filter(isXmlText), async (name) => {
        const { text } = await written((writer) =>
          writer.add({ ...notes, blobPath: `c/${name}`, filePath: `\\c\\${name}` }),
        )
        const seen: string[] = []
        let current = ''
        const parser = new SaxesParser()
        parser.on('error', (error) => {
          throw error
        })
        parser.on('opentag', () => {
          current = ''
        })
        parser.on('text', (part) => {
          current += part
        })
        parser.on('closetag', (tag) => {
          if (tag.name === 'BlobPath' || tag.name === 'FilePath') seen.push(current)
        })
        parser.write(text).close()
        expect(seen).toEqual([`c/${name}`, `\\c\\${name}`])
      }),
    )
  })
})

test('block ids count up in little-endian Base64', () => {
  expect([0, 1, 49_999].map(blockId)).toEqual(['AAAAAA==', 'AQAAAA==', 'T8MAAA=='])
})
