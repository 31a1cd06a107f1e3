/** Metadata and properties files: what they say is stored with the blob, and every way in which they can be wrong. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { attach, md5, prepareDrive } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { value } from '../../suites/blob-store.ts'

const NAME = 'photos/a.bin'
const BYTES = Buffer.from('0123456789')
const METADATA = '<Metadata><Surveyor>Ines Varga</Surveyor></Metadata>'

/** What can be wrong with a metadata or properties file; the blob's bytes are stored all the same. */
const FILES: readonly {
  status: string
  when: string
  file: (root: string) => { path: string; md5: string }
}[] = [
  { status: 'FileNameInvalid', when: 'its path climbs', file: () => ({ path: '\\..\\m.xml', md5: md5('') }) },
  {
    status: 'FileNameTooLong',
    when: 'its name is too long',
    file: () => ({ path: `\\${'m'.repeat(256)}`, md5: md5('') }),
  },
  { status: 'FileNotFound', when: 'it is missing', file: () => ({ path: '\\missing.xml', md5: md5('') }) },
  {
    status: 'FileAccessDenied',
    when: 'it is a link',
    file: (root) => {
      const { md5: hash } = attach(root, '\\real.xml', METADATA)
      fs.symlinkSync('real.xml', join(root, 'link.xml'))
      return { path: '\\link.xml', md5: hash }
    },
  },
  {
    status: 'Corrupted',
    when: 'its hash differs',
    file: (root) => ({ ...attach(root, '\\x.xml', METADATA), md5: md5('other') }),
  },
  { status: 'XmlReadFailed', when: 'it is no XML', file: (root) => attach(root, '\\x.xml', '<Metadata>') },
  {
    status: 'XmlReadFailed',
    when: 'it has another root',
    file: (root) => attach(root, '\\x.xml', '<Other/>'),
  },
  {
    status: 'XmlReadFailed',
    when: 'it declares entities',
    file: (root) =>
      attach(root, '\\x.xml', '<!DOCTYPE Metadata [<!ENTITY a "b">]><Metadata><A>&a;</A></Metadata>'),
  },
  {
    status: 'XmlReadFailed',
    when: 'it is nested',
    file: (root) => attach(root, '\\x.xml', '<Metadata><A><B/></A></Metadata>'),
  },
  {
    status: 'XmlReadFailed',
    when: 'a name is none',
    file: (root) => attach(root, '\\x.xml', '<Metadata><A-b>c</A-b></Metadata>'),
  },
  {
    status: 'XmlReadFailed',
    when: 'a name comes twice',
    file: (root) => attach(root, '\\x.xml', '<Metadata><A/><a/></Metadata>'),
  },
]

/** Imports one blob with this file and answers what the log says of both. */
async function imported(
  kind: 'metadata' | 'properties',
  file: (root: string) => { path: string; md5: string },
  source = new FaultyDrive(),
) {
  const root = temporaryFolder()
  const drive = await prepareDrive(root, [{ blobPath: NAME, bytes: BYTES, [kind]: file(root) }])
  const { result, verboseLog, store } = await runImport(drive, { source })
  const element = kind === 'metadata' ? 'Metadata' : 'Properties'
  const status = new RegExp(`<${element} Status="(\\w+)"`).exec(verboseLog ?? '')?.[1]
  const disposition = /ImportDisposition Status="(\w+)"/.exec(verboseLog ?? '')?.[1]
  return { summary: result.summary, store: store as FakeBlobStore, status, disposition }
}

describe.each(['metadata', 'properties'] as const)('a %s file', (kind) => {
  const cases = FILES.filter(({ when }) => kind === 'metadata' || !when.startsWith('a name'))
  test.each(cases)('is $status when $when, and the blob is stored without it', async ({ status, file }) => {
    const ran = await imported(kind, file)
    expect(ran).toMatchObject({ status, disposition: 'Created' })
    expect(ran.summary).toMatchObject({
      driveStatus: 'CompletedWithErrors',
      bytesSucceeded: BYTES.length,
      blobs: { completed: 0, withErrors: 1, failed: 0 },
    })
    expect(ran.store.bytesOf(NAME)).toEqual(BYTES)
    expect(value(await ran.store.head(NAME))).toMatchObject({ metadata: {}, properties: {} })
  })

  test('is IOFailed when its sector is bad', async () => {
    const source = new FaultyDrive()
    source.breakBytes('x.xml', { from: 0, to: 1 })
    const ran = await imported(kind, (root) => attach(root, '\\x.xml', METADATA), source)
    expect(ran).toMatchObject({ status: 'IOFailed', disposition: 'Created' })
  })
})

describe('what the files say', () => {
  const metadataIn = async (text: string) => {
    const ran = await imported('metadata', (root) => attach(root, '\\x.xml', text))
    return ran.status === 'Completed' ? value(await ran.store.head(NAME))?.metadata : ran.status
  }
  const propertiesIn = async (text: string) => {
    const ran = await imported('properties', (root) =>
      attach(root, '\\x.xml', `<Properties>${text}</Properties>`),
    )
    return ran.status === 'Completed' ? value(await ran.store.head(NAME))?.properties : ran.status
  }

  test.each([
    [
      'the published form',
      '<?xml version="1.0" encoding="UTF-8"?>\n<Metadata>\n  <Surveyor>Ines Varga</Surveyor>\n  <Season>2025-autumn</Season>\n</Metadata>\n',
      { Surveyor: 'Ines Varga', Season: '2025-autumn' },
    ],
    ['nothing', '<Metadata/>', {}],
    ['an empty value', '<Metadata><A/></Metadata>', { A: '' }],
    [
      'escapes and CDATA',
      '<Metadata><A>x &amp; y</A><B><![CDATA[<z>]]></B></Metadata>',
      { A: 'x & y', B: '<z>' },
    ],
    ['a byte order mark', '\ufeff<Metadata><A>x</A></Metadata>', { A: 'x' }],
    ['identifiers of any script', '<Metadata><_größe1>x</_größe1></Metadata>', { _größe1: 'x' }],
  ])('metadata: %s', async (_, text, expected) => {
    expect(await metadataIn(text)).toEqual(expected)
  })

  test.each([
    [
      'all that import knows',
      '<Content-Type>a/b</Content-Type><Content-MD5>QXiKidgWlQBn/ofcCnujZQ==</Content-MD5><Content-Encoding>gzip</Content-Encoding><Content-Language>sv</Content-Language><Cache-Control>no-cache</Cache-Control>',
      {
        'Content-Type': 'a/b',
        'Content-MD5': 'QXiKidgWlQBn/ofcCnujZQ==',
        'Content-Encoding': 'gzip',
        'Content-Language': 'sv',
        'Cache-Control': 'no-cache',
      },
    ],
    [
      'what only export writes is left out',
      '<Etag>"1"</Etag><Last-Modified>x</Last-Modified><Content-Length>10</Content-Length>',
      {},
    ],
    ['nobody published', '<X-Mine>1</X-Mine>', 'XmlReadFailed'],
    ['a hash that is none', '<Content-MD5>nothing</Content-MD5>', 'XmlReadFailed'],
    ['the same twice', '<Content-Type>a/b</Content-Type><Content-Type>c/d</Content-Type>', 'XmlReadFailed'],
  ])('properties: %s', async (_, text, expected) => {
    expect(await propertiesIn(text)).toEqual(expected)
  })

  test('a blob’s own file replaces that of its list as a whole', async () => {
    const root = temporaryFolder()
    const list = { metadata: attach(root, '\\list.xml', '<Metadata><A>list</A><B>list</B></Metadata>') }
    const own = attach(root, '\\own.xml', '<Metadata><A>own</A></Metadata>')
    const drive = await prepareDrive(
      root,
      [
        { blobPath: 'photos/a', bytes: BYTES },
        { blobPath: 'photos/b', bytes: BYTES, metadata: own },
      ],
      { list },
    )
    const { store } = await runImport(drive)
    expect(value(await store.head('photos/a'))?.metadata).toEqual({ A: 'list', B: 'list' })
    expect(value(await store.head('photos/b'))?.metadata).toEqual({ A: 'own' })
  })

  test('the file of a list is read once, however many blobs it is for', async () => {
    const root = temporaryFolder()
    const list = { metadata: attach(root, '\\list.xml', METADATA) }
    const files = Array.from({ length: 50 }, (_, n) => ({ blobPath: `photos/${n}`, bytes: BYTES }))
    const drive = await prepareDrive(root, files, { list })
    const source = new FaultyDrive()
    let reads = 0
    source.onRead = (path) => {
      if (path.endsWith('list.xml')) reads++
    }
    const { result } = await runImport(drive, { source })
    expect(result.summary.blobs.completed).toBe(50)
    // Once for the bytes, once to see that the file ends there.
    expect(reads).toBe(2)
  })
})
