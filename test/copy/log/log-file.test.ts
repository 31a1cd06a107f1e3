import { describe, expect, test } from 'vitest'
import { CopyLogs } from '../../../src/copy/import/copy-logs.ts'
import type { Intent } from '../../../src/copy/import/notes.ts'
import type { BlobReport } from '../../../src/copy/log/blob-report.ts'
import { LogFile } from '../../../src/copy/log/log-file.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { ERROR_LOG, STARTED_AT, VERBOSE_LOG } from '../../fixtures/import-rig.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { textOf, value } from '../../suites/blob-store.ts'

const KEEP = async () => ({ ok: true, value: undefined }) as const

describe('a log', () => {
  const place = (store: FakeBlobStore) => ({ store, key: 'copy-1/log-error', name: 'logs/error.xml' })

  test('of any length is streamed, and visible only when it is whole', async () => {
    const store = new FakeBlobStore()
    const file = new LogFile(place(store))
    const line = `${'x'.repeat(1000)}\n`
    for (let n = 0; n < 5000; n++) value(await file.append(line))
    expect(store.names).toEqual([])
    value(await file.finish(KEEP))
    expect(await textOf(store, 'logs/error.xml')).toBe(line.repeat(5000))
  })

  test.each([10, 200_000, 3_000_000])(
    'goes on at its last mark after %i characters, whatever came after',
    async (length) => {
      const store = new FakeBlobStore()
      const first = new LogFile(place(store))
      value(await first.append('a'.repeat(length)))
      const mark = value(await first.mark())
      expect(mark.tail.length).toBeLessThanOrEqual(128 * 1024)
      value(await first.append('lost'.repeat(400_000)))
      const second = new LogFile(place(store), mark)
      value(await second.append('b'))
      value(await second.finish(KEEP))
      expect(await textOf(store, 'logs/error.xml')).toBe(`${'a'.repeat(length)}b`)
    },
  )

  test('whose earlier part is gone says so instead of beginning in the middle', async () => {
    const file = new LogFile(place(new FakeBlobStore()), { stagedBytes: 5_000, tail: 'x' })
    expect(await file.finish(KEEP)).toMatchObject({ ok: false, failure: { code: 'IOFailed' } })
  })
})

describe('the logs of a copy', () => {
  const order = {
    copyId: 'copy-1',
    job: 'harborjob1',
    driveId: 'QZ71M0042',
    diagnosticsPath: 'waimportexport',
    logLevel: 'Verbose',
  } as const
  const report = (name: string): BlobReport => ({
    status: 'FileNotFound',
    blobPath: `bay/${name}`,
    filePath: `\\${name}`,
    lengthBytes: 0,
    kind: 'block',
    disposition: 'rename',
    dispositionStatus: 'Cancelled',
    parts: [],
    partStatuses: [],
    list: {},
    own: {},
    metadataStatus: undefined,
    propertiesStatus: undefined,
  })

  test('that were written just before a crash are found again, not written anew from half', async () => {
    const store = new FakeBlobStore()
    const first = new CopyLogs(store, order, STARTED_AT)
    for (let n = 0; n < 3000; n++) await first.record(report(`${n}`.padStart(100, 'x')))
    const marks = await first.marks()
    expect(marks?.error.stagedBytes).toBeGreaterThan(0)
    const intents = new Map<Intent['n'], Intent>()
    const names = await first.finish(
      'CompletedWithErrors',
      async (intent) => {
        intents.set(intent.n, intent)
        return { ok: true, value: undefined }
      },
      new Map(),
    )
    expect(names).toEqual({ errorLog: ERROR_LOG, verboseLog: VERBOSE_LOG })
    const text = await textOf(store, ERROR_LOG)
    // The process died here, with both logs visible and nothing noted but the intents.
    const second = new CopyLogs(store.another(), order, STARTED_AT, marks)
    expect(await second.finish('CompletedWithErrors', KEEP, intents)).toEqual(names)
    expect(second.problems).toEqual([])
    expect(await textOf(store, ERROR_LOG)).toBe(text)
    expect(parsedXml(text ?? '').textsOf('BlobPath')).toHaveLength(3000)
  })

  test('fail one by one, and say so', async () => {
    const store = new FakeBlobStore()
    store.fail('begin', 'BlobRequestFailed', { name: VERBOSE_LOG })
    const logs = new CopyLogs(store, order, STARTED_AT)
    await logs.record(report('a'))
    expect(await logs.finish('CompletedWithErrors', KEEP, new Map())).toEqual({
      errorLog: ERROR_LOG,
      verboseLog: null,
    })
    expect(logs.problems.join()).toContain('verbose log')
  })
})
