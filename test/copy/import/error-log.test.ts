/** The error log in the form of the published example. */
import fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attach, md5, prepareDrive } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const MEBIBYTE = 1024 * 1024

test('tells what went wrong as the published example does, and nothing of what went well', async () => {
  const root = temporaryFolder()
  const depth = Buffer.alloc(5 * MEBIBYTE, 'depth,sound\n')
  const tide = Buffer.alloc(4096, 'tide\n')
  const drive = await prepareDrive(root, [
    { blobPath: 'surveys/bay/fine.csv', bytes: Buffer.from('fine') },
    { blobPath: 'surveys/bay/depth.csv', filePath: '\\surveys\\depth.csv', bytes: depth },
    { blobPath: 'surveys/bay/tide.csv', filePath: '\\surveys\\tide.csv', bytes: tide, isMissing: true },
  ])
  // One bit of the second block.
  const spoiled = Buffer.from(depth)
  spoiled[4 * MEBIBYTE + 77] = (spoiled[4 * MEBIBYTE + 77] ?? 0) ^ 1
  fs.writeFileSync(join(root, 'surveys/depth.csv'), spoiled)
  const { errorLog, result } = await runImport(drive)
  expect(result.summary).toMatchObject({
    status: 'CompletedMoreInfo',
    driveStatus: 'CompletedWithErrors',
    bytesSucceeded: 4,
    blobs: { total: 3, completed: 1, withErrors: 1, failed: 1 },
  })
  expect(errorLog).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<DriveLog Version="2014-11-01">
  <DriveId>QZ71M0042</DriveId>
  <Blob Status="CompletedWithErrors">
    <BlobPath>surveys/bay/depth.csv</BlobPath>
    <FilePath>\\surveys\\depth.csv</FilePath>
    <Length>5242880</Length>
    <ImportDisposition Status="Cancelled">rename</ImportDisposition>
    <BlockList>
      <Block Offset="4194304" Length="1048576" Hash="${md5(depth.subarray(4 * MEBIBYTE))}" Status="Corrupted" />
    </BlockList>
  </Blob>
  <Blob Status="FileNotFound">
    <BlobPath>surveys/bay/tide.csv</BlobPath>
    <FilePath>\\surveys\\tide.csv</FilePath>
    <Length>4096</Length>
    <ImportDisposition Status="Cancelled">rename</ImportDisposition>
    <BlockList>
      <Block Offset="0" Length="4096" Hash="${md5(tide)}" Status="Cancelled" />
    </BlockList>
  </Blob>
  <Status>CompletedWithErrors</Status>
</DriveLog>
`)
})

test('names the file of a list and the file of a blob, and which of them failed', async () => {
  const root = temporaryFolder()
  const list = { metadata: { path: '\\list.xml', md5: md5('list') } }
  const own = { metadata: { path: '\\own.xml', md5: md5('own') } }
  const properties = attach(root, '\\p.xml', '<Properties><Content-Type>a/b</Content-Type></Properties>')
  const drive = await prepareDrive(
    root,
    [
      { blobPath: 'bay/a', bytes: Buffer.from('a') },
      { blobPath: 'bay/b', bytes: Buffer.from('b'), ...own, properties },
    ],
    { list },
  )
  const { errorLog } = await runImport(drive)
  expect(errorLog).toContain(`    <Metadata Status="FileNotFound">
      <GlobalPath Hash="${md5('list')}">\\list.xml</GlobalPath>
    </Metadata>
  </Blob>`)
  expect(errorLog).toContain(`    <Metadata Status="FileNotFound">
      <GlobalPath Hash="${md5('list')}">\\list.xml</GlobalPath>
      <Path Hash="${md5('own')}">\\own.xml</Path>
    </Metadata>
  </Blob>`)
})

test('is there for every status but Completed, and a copy without anything to say has none', async () => {
  const fine = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/a', bytes: Buffer.from('a') }])
  const silent = await runImport(fine, { order: { logLevel: 'Error' } })
  expect(silent.result.summary).toMatchObject({ errorLog: null, verboseLog: null })
  const renamed = await runImport(fine, {
    store: silent.store,
    order: { copyId: 'copy-2', logLevel: 'Error' },
  })
  expect(renamed.result.summary).toMatchObject({ driveStatus: 'CompletedWithWarnings', verboseLog: null })
  expect(renamed.errorLog).toContain('Status="Renamed"')
})

test('stays well-formed and readable whatever files and drives are called', async () => {
  const names = [
    'a&b',
    'a<b>',
    '"quoted"',
    "it's",
    ']]>',
    'emoji 🛳',
    'r\u0301',
    '\u202eevil',
    '%00',
    '&amp;',
    'tab\there',
  ]
  const drive = await prepareDrive(
    temporaryFolder(),
    names.map((name, index) => ({
      blobPath: `bay/${name}`,
      filePath: `\\${index}`,
      bytes: Buffer.from('x'),
      isMissing: true,
    })),
  )
  const { errorLog } = await runImport(drive)
  expect(parsedXml(errorLog ?? '').textsOf('BlobPath')).toEqual(names.map((name) => `bay/${name}`))
})

test('a drive id with characters no XML can hold does not break the log', async () => {
  const driveId = 'QZ\u0000\u0001\ufffe<71>'
  const drive = await prepareDrive(temporaryFolder(), [])
  const { errorLog, result } = await runImport(drive, { order: { driveId } })
  expect(parsedXml(errorLog ?? '').textsOf('DriveId')).toEqual(['QZ\ufffd\ufffd\ufffd<71>'])
  expect(result.summary.errorLog).toBe(
    'waimportexport/waies/harborjob1_QZ____71__20260210-101530-417_error.xml',
  )
})
