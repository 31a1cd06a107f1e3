/**
 * How soon a copy that was killed reads its first new byte: a manifest of 1,000,000 files, nearly all of them stored.
 * FILES=n in the environment makes it smaller.
 */
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importDrive } from '../../src/copy/import/import-drive.ts'
import { createManifestWriter } from '../../src/copy/manifest/write-manifest.ts'
import { openStorage } from '../../src/storage/open.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeSourceReader, FaultyDrive } from '../fakes/source.ts'
import { md5, putFile } from '../fixtures/drive-folder.ts'
import { orderOf } from '../fixtures/import-rig.ts'

const FILES = Number(process.env.FILES ?? 1_000_000)
const LEFT = 100
const BYTES = Buffer.from('0123456789')
const base = fs.mkdtempSync(join(tmpdir(), 'tallydock-bench-'))

try {
  const root = join(base, 'drive')
  fs.mkdirSync(root)
  const out = fs.openSync(join(root, 'DriveManifest.xml'), 'w')
  const writer = createManifestWriter(
    { driveId: 'QZ71M0042' },
    async (bytes) => void fs.writeSync(out, bytes),
  )
  const parts = [{ offsetBytes: 0, lengthBytes: BYTES.length, md5: md5(BYTES) }]
  for (let n = 0; n < FILES; n++) {
    const filePath = `\\photos\\${Math.floor(n / 1000)}\\${n}.jpg`
    const blobPath = filePath.slice(1).replaceAll('\\', '/')
    await writer.add({
      blobPath,
      filePath,
      lengthBytes: BYTES.length,
      kind: 'block',
      disposition: 'rename',
      parts,
    })
    if (n >= FILES - LEFT) putFile(root, filePath, BYTES)
  }
  const { md5: manifestHash, sizeBytes } = await writer.end()
  fs.closeSync(out)
  const storage = join(base, 'storage')
  const opened = openStorage(`folder:${storage}`)
  if (!opened.ok) throw new Error(opened.failure.sentence)
  await opened.value.notes.replace(
    'copy-1/notes',
    await notesNearTheEnd(join(root, 'DriveManifest.xml'), manifestHash),
  )

  const source = new FaultyDrive()
  const startedAt = performance.now()
  let firstByteMs: number | undefined
  source.onRead = (path) => {
    if (path.endsWith('.jpg')) firstByteMs ??= performance.now() - startedAt
  }
  const ended = await importDrive(orderOf({ root, manifestHash }), {
    store: opened.value,
    clock: systemClock,
    timers: systemTimers,
    log: new FakeLog(),
    openSource: (slabs, at) => new FakeSourceReader(slabs, at, source),
  })
  if (!ended.ok || ended.value.summary.blobs.completed !== FILES) throw new Error(JSON.stringify(ended))
  console.log(
    JSON.stringify({
      figure: 'import-resume',
      unit: 'ms',
      files: FILES,
      manifestBytes: sizeBytes,
      firstNewByte: Math.round(firstByteMs ?? Number.NaN),
    }),
  )
} finally {
  fs.rmSync(base, { recursive: true, force: true })
}

/** What a copy had written down when it was killed with `LEFT` files to go. */
async function notesNearTheEnd(path: string, manifestHash: string): Promise<string> {
  const manifest = fs.readFileSync(path)
  const startByte = manifest.lastIndexOf(
    `<Blob>\n        <BlobPath>photos/${Math.floor((FILES - LEFT) / 1000)}/${FILES - LEFT}.jpg`,
  )
  if (startByte < 0) throw new Error('the manifest has no such blob')
  const totals = { blobs: FILES, bytes: FILES * BYTES.length }
  const done = FILES - LEFT
  const tally = {
    completed: done,
    withErrors: 0,
    failed: 0,
    notices: 0,
    bytesSucceeded: done * BYTES.length,
    bytesDone: done * BYTES.length,
    undoneBytes: 0,
    undoneWithErrors: 0,
  }
  const place = { ordinal: done, startByte, list: {} }
  const logs = { error: { stagedBytes: 0, tail: '' }, verbose: { stagedBytes: 0, tail: '' } }
  const lines = [
    { k: 'start', manifestHash, startedAt: Date.now(), totals },
    { k: 'at', ...place, tally, undone: [], logs, deferred: [] },
  ]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
