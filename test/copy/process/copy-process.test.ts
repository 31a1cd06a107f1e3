/** Copies in real processes of their own, on real files: told, obeyed, killed, gone on with. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CopyProgress, CopyResult, ImportOrder } from '../../../src/contract/copy-messages.ts'
import { type CopyListener, type RunningCopy, startCopy } from '../../../src/copy/process/run-copy.ts'
import { nodeProcessHost } from '../../../src/host/node-process-host.ts'
import type { HostedProcess, ProcessHost } from '../../../src/ports/process-host.ts'
import { FakeLog } from '../../fakes/log.ts'
import { type DriveFile, md5, type PreparedDrive, prepareDrive } from '../../fixtures/drive-folder.ts'
import { orderOf } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

interface Copying {
  readonly copy: RunningCopy
  readonly ended: Promise<CopyResult | string>
  readonly progress: CopyProgress[]
  readonly lost: Promise<string>
}

function start(
  order: ImportOrder,
  storage: string,
  listener: Partial<CopyListener> = {},
  host: ProcessHost = nodeProcessHost(new FakeLog()),
): Copying {
  const progress: CopyProgress[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<CopyResult | string>()
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>()
  const started = startCopy(
    host,
    { direction: 'import', storage, order },
    {
      onStarted: () => undefined,
      onProgress: (one) => void progress.push(one),
      onLost: (sentence) => lose(sentence),
      onFound: () => undefined,
      onDriveRefused: () => undefined,
      onEnded: (result) => end(result),
      onNotStarted: ({ code }) => end(code),
      onDied: (sentence) => end(sentence),
      ...listener,
    },
  )
  if (!started.ok) throw new Error(started.failure.sentence)
  return { copy: started.value, ended, progress, lost }
}

async function resultOf({ ended }: Copying): Promise<CopyResult> {
  const result = await ended
  if (typeof result === 'string') throw new Error(result)
  return result
}

const MEBIBYTE = 1024 * 1024

function largeBytes(sizeMiB: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeMiB * MEBIBYTE)
  for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at ^ seed, at)
  return bytes
}

const SMALL_FILES = 300

function mixedFiles(): DriveFile[] {
  return [
    { blobPath: 'bay/large 1', bytes: largeBytes(40, 1) },
    ...Array.from({ length: SMALL_FILES }, (_, n) => ({
      blobPath: `bay/small/${n}`,
      bytes: Buffer.from(`small file ${n}`),
    })),
    { blobPath: 'bay/large 2', bytes: largeBytes(40, 2) },
  ]
}

function heldBytes(storage: string): number {
  return fs
    .readdirSync(storage, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^bay|partial\/[^/]+\/\d+$/.test(name))
    .map((name) => fs.statSync(join(storage, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0)
}

function expectWhole(storage: string, files: readonly DriveFile[]): void {
  const names = fs.readdirSync(join(storage, 'bay'), { recursive: true, encoding: 'utf8' })
  expect(names.filter((name) => name !== 'small')).toHaveLength(files.length)
  for (const { blobPath, bytes } of files) {
    const stored = fs.readFileSync(join(storage, blobPath))
    if (!stored.equals(bytes)) throw new Error(`${blobPath} differs: ${md5(stored)} is not ${md5(bytes)}`)
  }
}

describe('a copy in a process of its own', () => {
  // Made once: no copy changes it, and making many files takes longer than copying them.
  let drive: PreparedDrive
  let files: DriveFile[]
  let base: string
  beforeAll(async () => {
    base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'tallydock-process-')))
    files = mixedFiles()
    drive = await prepareDrive(join(base, 'drive'), files)
  })
  afterAll(() => fs.rmSync(base, { recursive: true, force: true }))
  const newStorage = () => join(temporaryFolder(), 'storage')
  const blobs = { total: SMALL_FILES + 2, completed: SMALL_FILES + 2, withErrors: 0, failed: 0 }

  test('tells how far it is and how it ended', async () => {
    const storage = newStorage()
    const started: boolean[] = []
    const copying = start(orderOf(drive), `folder:${storage}`, {
      onStarted: (resumed) => void started.push(resumed),
    })
    const { summary } = await resultOf(copying)
    expect(summary).toMatchObject({ status: 'Completed', blobs })
    expect(started).toEqual([false])
    expect(copying.progress.at(-1)).toMatchObject({
      phase: 'finishing',
      filesDone: blobs.total,
      filesTotal: blobs.total,
    })
    expectWhole(storage, files)
  })

  test('killed at any moment, ten times, ends whole, and reads little twice', async () => {
    const storage = newStorage()
    const order = orderOf(drive)
    const delaysMs = fc.sample(fc.integer({ min: 150, max: 900 }), 10)
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
    let kills = 0
    for (const delayMs of delaysMs) {
      const copying = start(order, `folder:${storage}`)
      const timer = setTimeout(() => copying.copy.kill(), delayMs)
      const end = await copying.ended
      clearTimeout(timer)
      if (typeof end !== 'string') break
      expect(end).toContain('SIGKILL')
      kills++
    }
    expect(kills, `delays ${delaysMs}`).toBeGreaterThan(0)
    const held = fs.existsSync(storage) ? heldBytes(storage) : 0
    const { summary, bytesRead } = await resultOf(start(order, `folder:${storage}`))
    expect(summary).toMatchObject({ status: 'Completed', blobs })
    expectWhole(storage, files)
    const manifestBytes = 2 * fs.statSync(join(drive.root, 'DriveManifest.xml')).size
    // What was under way when it was killed is read again: at most 12 pieces of 4 MiB, over all open files.
    expect(bytesRead, `delays ${delaysMs}`).toBeLessThanOrEqual(
      totalBytes - held + manifestBytes + 12 * 4 * MEBIBYTE,
    )
  }, 60_000)

  test('waits for a drive that went away, refuses another one, and goes on', async () => {
    const storage = newStorage()
    const away = `${drive.root}-away`
    const refused: string[] = []
    const other = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/x', bytes: Buffer.from('x') }])
    const copying: Copying = start(orderOf(drive), `folder:${storage}`, {
      onStarted: () => fs.renameSync(drive.root, away),
      onDriveRefused: (sentence) => {
        refused.push(sentence)
        copying.copy.driveBack(away)
      },
    })
    await copying.lost
    copying.copy.driveBack(other.root)
    expect((await resultOf(copying)).summary).toMatchObject({
      status: 'Completed',
      blobs,
    })
    fs.renameSync(away, drive.root)
    expect(refused).toHaveLength(1)
    expectWhole(storage, files)
  })

  test('pauses, goes on, and is cancelled', async () => {
    const storage = newStorage()
    const copying: Copying = start(orderOf(drive), `folder:${storage}`, {
      onStarted: () => {
        copying.copy.pause()
        copying.copy.resume()
        copying.copy.cancel()
      },
    })
    const { summary, cancelled } = await resultOf(copying)
    expect(summary.blobs.total).toBe(blobs.total)
    expect(cancelled).toBe(summary.status === 'CompletedMoreInfo')
  })

  test('says what keeps it from beginning', async () => {
    expect(await start(orderOf(drive), 'gopher://nowhere').ended).toBe('storage-url-invalid')
  })

  test('writes nothing to the drive', async () => {
    const storage = newStorage()
    const before = execFileSync('find', [drive.root, '-printf', '%p %s %T@ %C@\n']).toString()
    await resultOf(start(orderOf(drive), `folder:${storage}`))
    expect(execFileSync('find', [drive.root, '-printf', '%p %s %T@ %C@\n']).toString()).toBe(before)
    expectWhole(storage, files)
  })
})

describe('the engine’s side', () => {
  /** A process that says what a test lets it say. */
  function scripted(): {
    host: ProcessHost
    say(message: unknown): void
    exit(signal: string | null): void
    heard: unknown[]
  } {
    const heard: unknown[] = []
    let options: Parameters<ProcessHost['start']>[1] | undefined
    const process: HostedProcess = {
      pid: 1,
      send: (message) => heard.push(message),
      end: () => undefined,
      kill: () => undefined,
    }
    return {
      heard,
      host: {
        start: (_, given) => {
          options = given
          return { ok: true, value: process }
        },
      },
      say: (message) => options?.onMessage(message),
      exit: (signal) => options?.onExit({ code: signal === null ? 1 : null, signal }),
    }
  }
  const order = orderOf({ root: '/drive', manifestHash: 'a'.repeat(32) })

  test('hands the storage over in the first message', () => {
    const { host, heard } = scripted()
    start(order, 'folder:/storage', {}, host)
    expect(heard).toEqual([{ type: 'start', direction: 'import', storage: 'folder:/storage', order }])
  })

  test('tells one end only, whatever comes after it', async () => {
    const { host, say, exit } = scripted()
    const ends: string[] = []
    start(
      order,
      'folder:/storage',
      { onNotStarted: ({ code }) => void ends.push(code), onDied: (why) => void ends.push(why) },
      host,
    )
    say({ type: 'not-started', code: 'storage-unreachable', sentence: 'It is away.' })
    say({ type: 'lost', sentence: 'too late' })
    exit('SIGKILL')
    expect(ends).toEqual(['storage-unreachable'])
  })

  test('takes a process that speaks another language for dead', async () => {
    const { host, say } = scripted()
    const { ended } = start(order, 'folder:/storage', {}, host)
    say({ type: 'ended', result: { summary: 'fine' } })
    expect(await ended).toContain('form nobody knows')
  })
})
