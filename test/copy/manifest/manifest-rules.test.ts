/** Every rule of the published manifest format, kept and broken. */
import { describe, expect, test } from 'vitest'
import { blobNameProblem } from '../../../src/copy/manifest/blob-name.ts'
import { checkManifest } from '../../../src/copy/manifest/read-manifest.ts'
import { bytesOf, claimOf } from '../../fixtures/manifest-bytes.ts'

const HASH = '41788A89D816950067FE87DC0A7BA365'
const FOUR_MB = 4 * 1024 * 1024
const BLOCK = `<BlockList><Block Offset="0" Length="24" Hash="${HASH}"/></BlockList>`

const drive = (inner: string) => `<DriveManifest Version="2014-11-01"><Drive>${inner}</Drive></DriveManifest>`
const list = (inner: string) => drive(`<DriveId>QZ71M0042</DriveId><BlobList>${inner}</BlobList>`)
const blob = (inner: string) =>
  list(`<Blob><BlobPath>photos/a</BlobPath><FilePath>\\a</FilePath>${inner}</Blob>`)
const blocks = (length: number, ...parts: string[]) =>
  blob(
    `<Length>${length}</Length><BlockList>${parts.map((part) => `<Block ${part} Hash="${HASH}"/>`).join('')}</BlockList>`,
  )
const pages = (length: number, ...parts: string[]) =>
  blob(
    `<Length>${length}</Length><PageRangeList>${parts.map((part) => `<PageRange ${part} Hash="${HASH}"/>`).join('')}</PageRangeList>`,
  )
const at = (offset: number, length: number, id?: string) =>
  `Offset="${offset}" Length="${length}"${id === undefined ? '' : ` Id="${id}"`}`

async function verdict(text: string): Promise<string> {
  const checked = await checkManifest(bytesOf(text), claimOf(text))
  if (checked.ok) return `${checked.value.totals.blobs} blobs, ${checked.value.totals.bytes} bytes`
  expect(checked.failure.code).toBe('ManifestFormatInvalid')
  return checked.failure.detail ?? ''
}

describe('a manifest of the published form', () => {
  test.each([
    ['a drive without lists', drive('<DriveId>QZ71M0042</DriveId>'), '0 blobs, 0 bytes'],
    ['an empty list', list(''), '0 blobs, 0 bytes'],
    [
      'a storage key',
      drive('<DriveId>QZ71M0042</DriveId><StorageAccountKey>x</StorageAccountKey>'),
      '0 blobs, 0 bytes',
    ],
    ['a SAS', drive('<DriveId>QZ71M0042</DriveId><ContainerSas>x?y</ContainerSas>'), '0 blobs, 0 bytes'],
    [
      'another version',
      '<DriveManifest Version="2011-MM-DD"><Drive><DriveId>QZ71M0042</DriveId></Drive></DriveManifest>',
      '0 blobs, 0 bytes',
    ],
    [
      'no version',
      '<DriveManifest><Drive><DriveId>QZ71M0042</DriveId></Drive></DriveManifest>',
      '0 blobs, 0 bytes',
    ],
    [
      'a drive id in other case and with blanks',
      drive('<DriveId> qz71m0042\n</DriveId>'),
      '0 blobs, 0 bytes',
    ],
    [
      'elements nobody published',
      list('<Extra><Blob><Deep/></Blob></Extra>').replace('<Drive>', '<ToolVersion>1</ToolVersion><Drive>'),
      '0 blobs, 0 bytes',
    ],
    [
      'comments, instructions, CDATA',
      list('<!-- hello --><?tool x?>').replace('QZ71M0042', '<![CDATA[QZ71M0042]]>'),
      '0 blobs, 0 bytes',
    ],
    ['a byte order mark', `\ufeff${list('')}`, '0 blobs, 0 bytes'],
    ['one block', blob(`<Length>24</Length>${BLOCK}`), '1 blobs, 24 bytes'],
    [
      'a hash in lower case with blanks',
      blob(`<Length>24</Length>${BLOCK.replace(HASH, ` ${HASH.toLowerCase()} `)}`),
      '1 blobs, 24 bytes',
    ],
    [
      'elements of a blob in any order',
      blob(`${BLOCK}<ClientData>x</ClientData><Length> 24 </Length>`),
      '1 blobs, 24 bytes',
    ],
    ['an empty file with an empty list', blocks(0), '1 blobs, 0 bytes'],
    ['an empty file without a list', blob('<Length>0</Length>'), '1 blobs, 0 bytes'],
    ['an empty file with an empty block', blocks(0, at(0, 0)), '1 blobs, 0 bytes'],
    ['blocks of different lengths', blocks(30, at(0, 24), at(24, 1), at(25, 5)), '1 blobs, 30 bytes'],
    ['the largest block', blocks(FOUR_MB, at(0, FOUR_MB)), '1 blobs, 4194304 bytes'],
    ['blocks with ids', blocks(2, at(0, 1, 'AAAAAA=='), at(1, 1, 'AQAAAA==')), '1 blobs, 2 bytes'],
    ['page ranges with gaps', pages(4096, at(512, 512), at(2048, 1024)), '1 blobs, 4096 bytes'],
    ['a page blob without ranges', pages(1024), '1 blobs, 1024 bytes'],
    ...['rename', 'no-overwrite', 'overwrite', ' rename '].map((disposition) => [
      `the disposition ${disposition}`,
      blob(`<Length>24</Length><ImportDisposition>${disposition}</ImportDisposition>${BLOCK}`),
      '1 blobs, 24 bytes',
    ]),
  ])('has %s', async (_, text, expected) => {
    expect(await verdict(text ?? '')).toBe(expected)
  })

  test('has 50,000 blocks at most', async () => {
    const ranges = (count: number) => Array.from({ length: count }, (_, n) => at(n, 1))
    expect(await verdict(blocks(50_000, ...ranges(50_000)))).toBe('1 blobs, 50000 bytes')
    expect(await verdict(blocks(50_001, ...ranges(50_001)))).toContain('50000 blocks')
  })
})

describe('a manifest is refused for', () => {
  test.each([
    ['another root', '<Manifest/>', 'root element'],
    ['no drive', '<DriveManifest/>', 'Drive'],
    [
      'two drives',
      '<DriveManifest><Drive><DriveId>a</DriveId></Drive><Drive/></DriveManifest>',
      'Drive stands twice',
    ],
    ['no drive id', drive(''), 'DriveId is missing'],
    ['an empty drive id', drive('<DriveId> </DriveId>'), 'DriveId is missing'],
    ['two drive ids', drive('<DriveId>a</DriveId><DriveId>b</DriveId>'), 'DriveId stands twice'],
    ['a drive id after a list', drive('<BlobList/><DriveId>a</DriveId>'), 'DriveId must stand before'],
    [
      'two credentials',
      drive('<DriveId>a</DriveId><StorageAccountKey/><ContainerSas/>'),
      'exclude each other',
    ],
    ['text that is an element', drive('<DriveId><b>a</b></DriveId>'), 'DriveId must contain text only'],
    [
      'no blob path',
      list(`<Blob><FilePath>\\a</FilePath><Length>24</Length>${BLOCK}</Blob>`),
      'BlobPath is missing',
    ],
    [
      'no file path',
      list(`<Blob><BlobPath>photos/a</BlobPath><Length>24</Length>${BLOCK}</Blob>`),
      'FilePath is missing',
    ],
    ['no length', blob(BLOCK), 'Length must be'],
    ['two lengths', blob(`<Length>24</Length><Length>24</Length>${BLOCK}`), 'Length stands twice'],
    ['a negative length', blob(`<Length>-24</Length>${BLOCK}`), 'Length must be'],
    ['a length in words', blob(`<Length>many</Length>${BLOCK}`), 'Length must be'],
    ['a length beyond counting', blob(`<Length>99999999999999999999</Length>${BLOCK}`), 'Length must be'],
    ['no list of parts', blob('<Length>24</Length>'), 'needs a PageRangeList or a BlockList'],
    ['both lists of parts', blob(`<Length>0</Length><BlockList/><PageRangeList/>`), 'exclude each other'],
    ['a block list twice', blob(`<Length>0</Length><BlockList/><BlockList/>`), 'BlockList stands twice'],
    [
      'a disposition in capitals',
      blob(`<Length>24</Length><ImportDisposition>Rename</ImportDisposition>${BLOCK}`),
      'ImportDisposition',
    ],
    [
      'an unknown disposition',
      blob(`<Length>24</Length><ImportDisposition>skip</ImportDisposition>${BLOCK}`),
      'ImportDisposition',
    ],
    ['a gap between blocks', blocks(30, at(0, 10), at(11, 19)), 'no gap'],
    ['overlapping blocks', blocks(30, at(0, 10), at(9, 21)), 'no gap'],
    ['unsorted blocks', blocks(20, at(10, 10), at(0, 10)), 'no gap'],
    ['blocks that end early', blocks(30, at(0, 29)), 'cover the file'],
    ['blocks that reach beyond the length', blocks(30, at(0, 31)), 'cover the file'],
    ['a block of no bytes', blocks(1, at(0, 0), at(0, 1)), 'at least 1 byte'],
    ['a block that is too large', blocks(FOUR_MB + 1, at(0, FOUR_MB + 1)), 'at most 4 MB'],
    ['ids on some blocks only', blocks(2, at(0, 1, 'AAAAAA=='), at(1, 1)), 'either all Blocks'],
    ['an id that is no Base64', blocks(1, at(0, 1, 'not base 64')), 'Base64'],
    ['an empty id', blocks(1, at(0, 1, '')), 'Base64'],
    ['ids of different lengths', blocks(2, at(0, 1, 'AAAAAA=='), at(1, 1, 'AAA=')), 'same length'],
    ['the same id twice', blocks(2, at(0, 1, 'AAAAAA=='), at(1, 1, 'AAAAAA==')), 'same Id'],
    ['a hash that is none', blob(`<Length>24</Length>${BLOCK.replace(HASH, 'nothing')}`), 'MD5'],
    ['no hash', blob(`<Length>24</Length>${BLOCK.replace(/Hash="\w+"/, '')}`), 'MD5'],
    ['a page blob of odd length', pages(1000), 'multiple of 512'],
    ['an odd page offset', pages(1024, at(100, 512)), 'multiples of 512'],
    ['an odd page length', pages(1024, at(0, 100)), 'multiples of 512'],
    ['an empty page range', pages(1024, at(0, 0)), 'multiples of 512'],
    ['overlapping page ranges', pages(4096, at(0, 1024), at(512, 512)), 'not overlap'],
    ['unsorted page ranges', pages(4096, at(1024, 512), at(0, 512)), 'sorted'],
    ['a page range that is too large', pages(2 * FOUR_MB, at(0, FOUR_MB + 512)), 'at most 4 MB'],
    ['a page range beyond the length', pages(1024, at(512, 1024)), 'beyond Length'],
    ['a page blob that is too large', pages(9 * 1024 ** 4), 'largest page blob'],
    ['a metadata path without hash', list('<MetadataPath>\\m</MetadataPath>'), 'Hash of MetadataPath'],
    ['a metadata path without path', list(`<MetadataPath Hash="${HASH}"/>`), 'MetadataPath is missing'],
    [
      'a list’s properties after its blobs',
      list(
        `<Blob><BlobPath>photos/a</BlobPath><FilePath>\\a</FilePath><Length>0</Length></Blob><PropertiesPath Hash="${HASH}">\\p</PropertiesPath>`,
      ),
      'before its Blobs',
    ],
  ])('%s', async (_, text, reason) => {
    expect(await verdict(text)).toContain(reason)
  })

  test('and the reason names the blob', async () => {
    const fine = `<Blob><BlobPath>photos/a</BlobPath><FilePath>\\a</FilePath><Length>24</Length>${BLOCK}</Blob>`
    expect(await verdict(list(fine + fine + fine.replace('>24<', '>25<')))).toMatch(/^blob 3: /)
  })
})

describe('a blob’s name', () => {
  test.each([
    'photos/a',
    '$root/a',
    '$web/index.html',
    'a-1/b',
    `abc/${'n'.repeat(1024)}`,
    `abc/${'d/'.repeat(253)}x`,
    'abc/a b/ä/🛳',
    'abc/..',
    'abc/a.',
    'abc/a/',
  ])('can be %s', (name) => {
    expect(blobNameProblem(name)).toBeUndefined()
  })

  test.each([
    ['photos', 'container'],
    ['/photos/a', 'container'],
    ['ab/x', 'container'],
    [`${'a'.repeat(64)}/x`, 'container'],
    ['Photos/a', 'container'],
    ['pho_tos/a', 'container'],
    ['-photos/a', 'container'],
    ['photos-/a', 'container'],
    ['pho--tos/a', 'container'],
    ['..%2f/a', 'container'],
    ['photos/', 'empty'],
    [`abc/${'n'.repeat(1025)}`, '1024'],
    [`abc/${'d/'.repeat(254)}x`, '254'],
    ['photos/a\\b', 'backslash'],
    ['$root/a/b', 'slash'],
  ])('cannot be %s', (name, reason) => {
    expect(blobNameProblem(name)).toContain(reason)
  })
})
