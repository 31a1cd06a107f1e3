/** The published example of a drive, byte for byte: what is stored, what its properties are, what the logs say. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MANIFEST, putFile } from '../../fixtures/drive-folder.ts'
import { folderStore, runImport, VERBOSE_LOG } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { value } from '../../suites/blob-store.ts'

const MANIFEST_TEXT = `<?xml version="1.0" encoding="UTF-8"?>
<DriveManifest Version="2014-11-01">
  <Drive>
    <DriveId>QZ71M0042</DriveId>
    <StorageAccountKey>aW52ZW50ZWQta2V5LWZvci1leGFtcGxl</StorageAccountKey>
    <ClientCreator>harbor-prep 0.1</ClientCreator>
    <BlobList Id="session#1-0">
      <PropertiesPath Hash="CA6D7A6D77BB17673954CECBE1EC461C">\\props\\text.xml</PropertiesPath>
      <Blob>
        <BlobPath>photos/notes.txt</BlobPath>
        <FilePath>\\photos\\notes.txt</FilePath>
        <Length>24</Length>
        <ImportDisposition>no-overwrite</ImportDisposition>
        <BlockList>
          <Block Offset="0" Length="24" Id="AAAAAA==" Hash="41788A89D816950067FE87DC0A7BA365" />
        </BlockList>
      </Blob>
    </BlobList>
    <BlobList Id="session#2-0">
      <Blob>
        <BlobPath>disks/tiny.vhd</BlobPath>
        <FilePath>\\disks\\tiny.vhd</FilePath>
        <Length>1024</Length>
        <ImportDisposition>rename</ImportDisposition>
        <PageRangeList>
          <PageRange Offset="0" Length="512" Hash="D6F832D810C9389CC15E56932D0012D7" />
          <PageRange Offset="512" Length="512" Hash="98425CA1EA6528F6D6BC6F58EAADE8CD" />
        </PageRangeList>
      </Blob>
    </BlobList>
  </Drive>
</DriveManifest>
`
const PROPERTIES_TEXT = `<?xml version="1.0" encoding="UTF-8"?>
<Properties>
  <Content-Type>text/plain</Content-Type>
  <Content-MD5>QXiKidgWlQBn/ofcCnujZQ==</Content-MD5>
  <Cache-Control>no-cache</Cache-Control>
</Properties>
`
const LOG_TEXT = `<?xml version="1.0" encoding="UTF-8"?>
<DriveLog Version="2014-11-01">
  <DriveId>QZ71M0042</DriveId>
  <Blob Status="Completed">
    <BlobPath>photos/notes.txt</BlobPath>
    <FilePath>\\photos\\notes.txt</FilePath>
    <Length>24</Length>
    <ImportDisposition Status="Created">no-overwrite</ImportDisposition>
    <BlockList>
      <Block Offset="0" Length="24" Id="AAAAAA==" Hash="41788A89D816950067FE87DC0A7BA365" Status="Completed" />
    </BlockList>
    <Properties Status="Completed">
      <GlobalPath Hash="CA6D7A6D77BB17673954CECBE1EC461C">\\props\\text.xml</GlobalPath>
    </Properties>
  </Blob>
  <Blob Status="Completed">
    <BlobPath>disks/tiny.vhd</BlobPath>
    <FilePath>\\disks\\tiny.vhd</FilePath>
    <Length>1024</Length>
    <ImportDisposition Status="Created">rename</ImportDisposition>
    <PageRangeList>
      <PageRange Offset="0" Length="512" Hash="D6F832D810C9389CC15E56932D0012D7" Status="Completed" />
      <PageRange Offset="512" Length="512" Hash="98425CA1EA6528F6D6BC6F58EAADE8CD" Status="Completed" />
    </PageRangeList>
  </Blob>
  <Status>Completed</Status>
</DriveLog>
`
const MANIFEST_HASH = 'D914C50ACC4F55EDB021E970F29DEDC3'
const NOTES = Buffer.from('quayside station sample\n')
const TINY = Buffer.concat([Buffer.alloc(512, 0x11), Buffer.alloc(512, 0x22)])

function publishedDrive(root: string) {
  putFile(root, MANIFEST, Buffer.from(MANIFEST_TEXT))
  putFile(root, '\\props\\text.xml', Buffer.from(PROPERTIES_TEXT))
  putFile(root, '\\photos\\notes.txt', NOTES)
  putFile(root, '\\disks\\tiny.vhd', TINY)
  return { root, manifestHash: MANIFEST_HASH }
}

test('the published drive is stored byte for byte, with the published properties and log', async () => {
  const base = temporaryFolder()
  const drive = publishedDrive(join(base, 'drive'))
  const before = snapshot(drive.root)
  const storage = join(base, 'storage')
  const ran = await runImport(drive, {
    store: folderStore(storage),
    source: 'threads',
    order: { backupDriveManifest: true },
  })
  expect(ran.result.summary).toEqual({
    status: 'Completed',
    driveStatus: 'Completed',
    bytesSucceeded: 1048,
    blobs: { total: 2, completed: 2, withErrors: 0, failed: 0 },
    errorLog: null,
    verboseLog: VERBOSE_LOG,
  })
  expect(fs.readFileSync(join(storage, 'photos/notes.txt'))).toEqual(NOTES)
  expect(fs.readFileSync(join(storage, 'disks/tiny.vhd'))).toEqual(TINY)
  expect(value(await ran.store.head('photos/notes.txt'))).toMatchObject({
    kind: 'block',
    properties: {
      'Content-Type': 'text/plain',
      'Content-MD5': 'QXiKidgWlQBn/ofcCnujZQ==',
      'Cache-Control': 'no-cache',
    },
    metadata: {},
  })
  expect(value(await ran.store.head('disks/tiny.vhd'))).toMatchObject({
    kind: 'page',
    properties: {},
    metadata: {},
  })
  expect(fs.readFileSync(join(storage, VERBOSE_LOG), 'utf8')).toBe(LOG_TEXT)
  expect(ran.result.manifestCopy).toBe(VERBOSE_LOG.replace('verbose', 'manifest'))
  expect(fs.readFileSync(join(storage, ran.result.manifestCopy ?? ''), 'utf8')).toBe(MANIFEST_TEXT)
  expect(snapshot(drive.root)).toEqual(before)
})

test.each([
  ['in lower case and with blanks around it', ` ${MANIFEST_HASH.toLowerCase()}\n`],
  ['as SHA-256', createHash('sha256').update(MANIFEST_TEXT).digest('hex')],
])('the manifest’s hash counts %s', async (_, manifestHash) => {
  const drive = publishedDrive(temporaryFolder())
  const { result } = await runImport({ ...drive, manifestHash })
  expect(result.summary.driveStatus).toBe('Completed')
})

test('the published properties file has its published hash', () => {
  expect(createHash('md5').update(PROPERTIES_TEXT).digest('hex').toUpperCase()).toBe(
    'CA6D7A6D77BB17673954CECBE1EC461C',
  )
})

test('neither result, logs nor messages repeat the storage key of the manifest', async () => {
  const ran = await runImport(publishedDrive(temporaryFolder()))
  const said = JSON.stringify([ran.result, ran.log.lines, ran.verboseLog])
  expect(said).not.toContain('aW52ZW50ZWQta2V5LWZvci1leGFtcGxl')
})

/** Every file and folder of the drive with its bytes and times: an import changes none of them. */
function snapshot(root: string): unknown[] {
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = fs.lstatSync(join(root, name))
      const bytes = stats.isFile() ? fs.readFileSync(join(root, name), 'base64') : ''
      return [name, stats.mode, stats.mtimeMs, stats.ctimeMs, bytes]
    })
}
