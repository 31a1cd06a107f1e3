/** Every status of a blob, a part and a disposition that an import can end in; attached files have tests of their own. */
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { attach, type DriveFile, prepareDrive, putFile } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put } from '../../suites/blob-store.ts'

const NAME = 'photos/a.bin'
const BYTES = Buffer.from('0123456789')

interface Situation {
  readonly root: string
  readonly store: FakeBlobStore
  readonly source: FaultyDrive
}

interface Told {
  readonly blob?: string
  readonly disposition?: string
  /** One letter group for each part. */
  readonly parts?: string
  readonly metadata?: string
  readonly properties?: string
  readonly drive: string
  readonly counts: string
}

interface Case {
  readonly when: string
  readonly file?: Partial<DriveFile>
  readonly arrange?: (situation: Situation) => void | Promise<void>
  readonly told: Told
}

const parts = (text: string) => text.replaceAll(' ', '|')
const FINE = { drive: 'Completed', counts: '1/0/0' }
const NOTICE = { drive: 'CompletedWithWarnings', counts: '1/0/0' }
const ERRORS = { disposition: 'Cancelled', drive: 'CompletedWithErrors', counts: '0/1/0' }
const FAILED = { disposition: 'Cancelled', drive: 'CompletedWithErrors', counts: '0/0/1' }

const taken = ({ store }: Situation) => put(store, NAME, 'old').then(() => undefined)

const CASES: readonly Case[] = [
  { when: 'all is well', told: { blob: 'Completed', disposition: 'Created', parts: 'Completed', ...FINE } },
  {
    when: 'the file is empty',
    file: { bytes: Buffer.alloc(0) },
    told: { blob: 'Completed', disposition: 'Created', parts: '', ...FINE },
  },
  {
    when: 'the name is taken and the disposition is rename',
    arrange: taken,
    told: { blob: 'Completed', disposition: 'Renamed', parts: 'Completed', ...NOTICE },
  },
  {
    when: 'the name is taken and the disposition is no-overwrite',
    file: { disposition: 'no-overwrite' },
    arrange: taken,
    told: { blob: 'Completed', disposition: 'Skipped', parts: '', ...NOTICE },
  },
  {
    when: 'the name is taken and the disposition is overwrite',
    file: { disposition: 'overwrite' },
    arrange: taken,
    told: { blob: 'Completed', disposition: 'Overwritten', parts: 'Completed', ...NOTICE },
  },
  {
    when: 'somebody takes the name at the last moment',
    arrange: ({ store, source }) => {
      source.onRead = (path) => {
        if (path.endsWith('a.bin') && store.bytesOf(NAME) === undefined) void put(store, NAME, 'faster')
      }
    },
    told: { blob: 'Completed', disposition: 'Renamed', parts: 'Completed', ...NOTICE },
  },
  {
    when: 'no free name is short enough',
    file: { blobPath: `photos/${'n'.repeat(1024)}`, filePath: '\\photos\\a.bin' },
    arrange: ({ store }) => put(store, `photos/${'n'.repeat(1024)}`, 'old').then(() => undefined),
    told: { blob: 'RenameFailed', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the file is missing',
    file: { isMissing: true },
    told: { blob: 'FileNotFound', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the path climbs out of the drive',
    file: { filePath: '\\..\\a.bin', isMissing: true },
    told: { blob: 'FileNameInvalid', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the path names a stream',
    file: { filePath: '\\a.bin:hidden', isMissing: true },
    told: { blob: 'FileNameInvalid', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the path has slashes',
    file: { filePath: '\\photos/../../a.bin', isMissing: true },
    told: { blob: 'FileNameInvalid', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the path begins with no backslash',
    file: { filePath: 'photos\\a.bin', isMissing: true },
    told: { blob: 'FileNameInvalid', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'NTFS cannot have such a file',
    file: { filePath: '\\photos\\what?.bin', isMissing: true },
    told: { blob: 'FileNameInvalid', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'a segment of the path is too long',
    file: { filePath: `\\${'f'.repeat(256)}`, isMissing: true },
    told: { blob: 'FileNameTooLong', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the file system says that the path is too long',
    file: { filePath: `\\${'é'.repeat(200)}`, isMissing: true },
    told: { blob: 'FileNameTooLong', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the file is a link out of the drive',
    file: { isMissing: true },
    arrange: ({ root }) => {
      fs.writeFileSync(join(root, '..', 'outside'), BYTES)
      fs.mkdirSync(join(root, 'photos'))
      fs.symlinkSync('../../outside', join(root, 'photos/a.bin'))
    },
    told: { blob: 'FileAccessDenied', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'a folder on the way is a link',
    file: { filePath: '\\linked\\a.bin', isMissing: true },
    arrange: ({ root }) => {
      putFile(root, '\\real\\a.bin', BYTES)
      fs.symlinkSync('real', join(root, 'linked'))
    },
    told: { blob: 'FileAccessDenied', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the file is a folder',
    file: { isMissing: true },
    arrange: ({ root }) => void fs.mkdirSync(join(root, 'photos/a.bin'), { recursive: true }),
    told: { blob: 'FileAccessDenied', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'nobody may read the file',
    arrange: ({ source }) => source.breakFile('a.bin', 'EACCES'),
    told: { blob: 'FileAccessDenied', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'the file cannot be opened, ever',
    arrange: ({ source }) => source.breakFile('a.bin', 'EIO'),
    told: { blob: 'IOFailed', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'one of three blocks is wrong',
    file: { blockBytes: 4 },
    arrange: ({ root }) => fs.writeFileSync(join(root, 'photos/a.bin'), '0123X56789'),
    told: { blob: 'CompletedWithErrors', parts: parts('Uncommitted Corrupted Uncommitted'), ...ERRORS },
  },
  {
    when: 'the file ends too early',
    file: { blockBytes: 4 },
    arrange: ({ root }) => fs.writeFileSync(join(root, 'photos/a.bin'), '01234'),
    told: {
      blob: 'CompletedWithErrors',
      parts: parts('Uncommitted FileUnexpectedEnd FileUnexpectedEnd'),
      ...ERRORS,
    },
  },
  {
    when: 'a page range is wrong',
    file: { kind: 'page', bytes: Buffer.alloc(1024, 1), blockBytes: 512 },
    arrange: ({ root }) => fs.writeFileSync(join(root, 'photos/a.bin'), Buffer.alloc(1024, 1).fill(2, 512)),
    told: { blob: 'CompletedWithErrors', parts: parts('Uncommitted Corrupted'), ...ERRORS },
  },
  {
    when: 'a sector is bad, ever',
    file: { blockBytes: 4 },
    arrange: ({ source }) => source.breakBytes('a.bin', { from: 5, to: 6 }),
    told: { blob: 'CompletedWithErrors', parts: parts('Uncommitted IOFailed IOFailed'), ...ERRORS },
  },
  {
    when: 'a sector is bad at first and can be read at the end',
    file: { blockBytes: 4 },
    arrange: ({ source }) => source.breakBytes('a.bin', { from: 5, to: 6 }, { times: 1 }),
    told: {
      blob: 'Completed',
      disposition: 'Created',
      parts: parts('Completed Completed Completed'),
      ...FINE,
    },
  },
  {
    when: 'the blob’s name is none',
    file: { blobPath: 'Photos/a.bin' },
    told: { blob: 'BlobRequestFailed', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'storage refuses to begin',
    arrange: ({ store }) => store.fail('begin', 'BlobRequestFailed', { name: NAME }),
    told: { blob: 'BlobRequestFailed', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'storage refuses a piece',
    arrange: ({ store }) => store.fail('stage', 'BlobRequestFailed', { name: NAME }),
    told: { blob: 'BlobRequestFailed', parts: 'BlobRequestFailed', ...FAILED },
  },
  {
    when: 'the disk of the storage fails',
    arrange: ({ store }) => store.fail('stage', 'IOFailed', { name: NAME }),
    told: { blob: 'IOFailed', parts: 'IOFailed', ...FAILED },
  },
  {
    when: 'storage refuses the last step',
    arrange: ({ store }) => store.fail('commit', 'BlobRequestFailed', { name: NAME }),
    told: { blob: 'BlobRequestFailed', parts: 'Uncommitted', ...FAILED },
  },
  {
    when: 'somebody else holds a lease',
    file: { disposition: 'overwrite' },
    arrange: async (situation) => {
      await taken(situation)
      situation.store.fail('commit', 'LeasePresent', { name: NAME })
    },
    told: { blob: 'LeasePresent', parts: 'Uncommitted', ...FAILED },
  },
  {
    when: 'the right to write was withdrawn',
    arrange: ({ store }) => store.fail('find', 'BlobRequestForbidden', { name: NAME }),
    told: { blob: 'BlobRequestForbidden', parts: 'Cancelled', ...FAILED },
  },
  {
    when: 'storage hesitates and then obeys',
    arrange: ({ store }) => store.fail('commit', 'BlobRequestFailed', { name: NAME, permanent: false }),
    told: { blob: 'Completed', disposition: 'Created', parts: 'Completed', ...FINE },
  },
  {
    when: 'storage is full',
    arrange: ({ store }) => store.fail('stage', 'storage-full', { name: NAME }),
    told: { blob: 'BlobRequestFailed', parts: 'BlobRequestFailed', ...FAILED },
  },
  {
    when: 'its metadata and properties are well',
    file: { metadata: { path: '\\m.xml', md5: '' }, properties: { path: '\\p.xml', md5: '' } },
    told: {
      blob: 'Completed',
      disposition: 'Created',
      parts: 'Completed',
      metadata: 'Completed',
      properties: 'Completed',
      ...FINE,
    },
  },
]

const METADATA = '<Metadata><Surveyor>Ines Varga</Surveyor></Metadata>'
const PROPERTIES = '<Properties><Content-Type>text/plain</Content-Type></Properties>'

/** What the verbose log says of the first blob. */
function toldBy(
  log: string | undefined,
  result: { completed: number; withErrors: number; failed: number },
): Told {
  const text = log ?? ''
  const of = (pattern: RegExp) => pattern.exec(text)?.[1]
  const partStatuses = [...text.matchAll(/<(?:Block|PageRange) [^>]*Status="(\w+)"/g)].map(
    (match) => match[1],
  )
  const blob = of(/<Blob Status="(\w+)"/)
  const disposition = of(/<ImportDisposition Status="(\w+)"/)
  const metadata = of(/<Metadata Status="(\w+)"/)
  const properties = of(/<Properties Status="(\w+)"/)
  return {
    ...(blob === undefined ? {} : { blob }),
    ...(disposition === undefined ? {} : { disposition }),
    parts: partStatuses.join('|'),
    ...(metadata === undefined ? {} : { metadata }),
    ...(properties === undefined ? {} : { properties }),
    drive: of(/<Status>(\w+)</) ?? '',
    counts: `${result.completed}/${result.withErrors}/${result.failed}`,
  }
}

const reached = new Set<string>()

async function tell({ file = {}, arrange, told }: Case): Promise<FakeBlobStore> {
  const root = join(temporaryFolder(), 'drive')
  fs.mkdirSync(root)
  const situation = { root, store: new FakeBlobStore(), source: new FaultyDrive() }
  const metadata = file.metadata?.md5 === '' ? attach(root, file.metadata.path, METADATA) : file.metadata
  const properties =
    file.properties?.md5 === '' ? attach(root, file.properties.path, PROPERTIES) : file.properties
  const whole: DriveFile = {
    blobPath: NAME,
    bytes: BYTES,
    ...file,
    ...(metadata === undefined ? {} : { metadata }),
    ...(properties === undefined ? {} : { properties }),
  }
  const drive = await prepareDrive(root, [whole])
  await arrange?.(situation)
  const { result, verboseLog, log } = await runImport(drive, {
    store: situation.store,
    source: situation.source,
  })
  const said = toldBy(verboseLog, result.summary.blobs)
  expect(said).toEqual(told)
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
  expect(situation.source.openFiles).toBe(0)
  for (const [kind, text] of Object.entries(said))
    for (const one of text.split('|')) reached.add(`${kind === 'properties' ? 'metadata' : kind}:${one}`)
  return situation.store
}

describe('a blob ends well or not when', () => {
  test.each(CASES)('$when', async (one) => {
    const store = await tell(one)
    const { blob = '', disposition } = one.told
    // Whatever went wrong, nothing half-written is visible and nothing else was touched.
    if (blob !== 'Completed' && disposition === 'Cancelled') {
      const bytes = store.bytesOf(one.file?.blobPath ?? NAME)
      expect([undefined, 'old']).toContain(bytes?.toString())
    }
  })
})

test('a missing file cancels everything of its blob, also its metadata', async () => {
  await tell({
    when: '',
    file: { isMissing: true, metadata: { path: '\\m.xml', md5: '' } },
    told: { blob: 'FileNotFound', parts: 'Cancelled', metadata: 'Cancelled', ...FAILED },
  })
})

/** `Failed` marks what was cancelled or what broke unexpectedly; the tests of cancelling reach it. */
const REACHABLE = {
  blob: [
    'Completed',
    'CompletedWithErrors',
    'FileNameInvalid',
    'FileNameTooLong',
    'FileNotFound',
    'FileAccessDenied',
    'BlobRequestFailed',
    'BlobRequestForbidden',
    'RenameFailed',
    'LeasePresent',
    'IOFailed',
  ],
  disposition: ['Created', 'Renamed', 'Skipped', 'Overwritten', 'Cancelled'],
  parts: [
    'Completed',
    'Uncommitted',
    'Corrupted',
    'FileUnexpectedEnd',
    'BlobRequestFailed',
    'IOFailed',
    'Cancelled',
  ],
  metadata: ['Completed', 'Cancelled'],
}

afterAll(() => {
  const wanted = Object.entries(REACHABLE).flatMap(([kind, statuses]) =>
    statuses.map((one) => `${kind}:${one}`),
  )
  expect(wanted.filter((one) => !reached.has(one))).toEqual([])
})
