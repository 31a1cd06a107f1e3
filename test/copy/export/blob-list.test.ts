import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BLOB_LIST_END,
  BLOB_LIST_HEAD,
  blobListLine,
  parseBlobList,
} from '../../../src/copy/export/blob-list.ts'
import { isXmlText } from '../../../src/copy/manifest/xml-text.ts'

const parse = (text: string) => parseBlobList(Buffer.from(text))

describe('the published XML list of blobs', () => {
  test('is read with paths and prefixes in any order', () => {
    const list = parse(`<?xml version="1.0" encoding="utf-8"?>
<BlobList>
  <BlobPath>charts/north.pdf</BlobPath>
  <BlobPathPrefix>/surveys/</BlobPathPrefix>
  <BlobPath>$root/index.txt</BlobPath>
</BlobList>
`)
    expect(list).toEqual({
      ok: true,
      value: { blobPath: ['charts/north.pdf', '$root/index.txt'], blobPathPrefix: ['/surveys/'] },
    })
  })

  test.each([
    ['is empty', ''],
    ['names nothing', '<BlobList/>'],
    ['has another root', '<blobList><BlobPath>a/b</BlobPath></blobList>'],
    ['has an element in other letters', '<BlobList><blobpath>a/b</blobpath></BlobList>'],
    ['has an unknown element', '<BlobList><FilePath>a/b</FilePath></BlobList>'],
    ['nests', '<BlobList><BlobPath><b>a/b</b></BlobPath></BlobList>'],
    ['has an empty path', '<BlobList><BlobPath></BlobPath></BlobList>'],
    ['has loose text', '<BlobList>a/b<BlobPath>a/b</BlobPath></BlobList>'],
    ['is cut short', '<BlobList><BlobPath>a/b</BlobPath>'],
    [
      'has a document type',
      '<!DOCTYPE BlobList [<!ENTITY a "b">]><BlobList><BlobPath>a/b</BlobPath></BlobList>',
    ],
  ])('is refused when it %s', (_, text) => {
    const list = parse(text)
    expect(list.ok ? 'read' : list.failure.code).toBe('BlobListFormatInvalid')
  })

  test('is refused when it is not UTF-8', () => {
    expect(parseBlobList(Buffer.from([0x3c, 0xff, 0xfe])).ok).toBe(false)
  })

  test('is read back as it was written, for every name XML can hold', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter(
      // Blanks at the lines' ends are layout.
      (text) => isXmlText(text) && !/^\s*\n|\n\s*$/.test(text) && text.trim() !== '',
    )
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const list = parse(BLOB_LIST_HEAD + names.map(blobListLine).join('') + BLOB_LIST_END)
        expect(list).toEqual({ ok: true, value: { blobPath: names, blobPathPrefix: [] } })
      }),
      { numRuns: 40 },
    )
  })
})
