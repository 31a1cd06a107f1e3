import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exportOrderSchema } from '../contract/copy-messages.ts'
import { parseBlobList } from '../copy/export/blob-list.ts'
import { exportDrive } from '../copy/export/export-drive.ts'
import { exportIdFor } from '../copy/export/export-id.ts'
import { CopyControl } from '../copy/import/copy-control.ts'
import { fail } from '../lifecycle/outcome.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, EXIT, type ExitCode, readOptions, tellFailure, WrongUsage } from './command.ts'
import { showProgress } from './copy-progress.ts'
import { storageOf } from './copy-storage.ts'

export const EXPORT_HELP = `tallydock copy export --drive DIR --drive-id SERIAL --job NAME --storage URL
                     [--blob-path container/name]… [--blob-path-prefix /prefix]… [--blob-list FILE]
                     [--log-level Error|Verbose] [--diagnostics-path waimportexport] [--backup-manifest] [--copy-id ID]

Fills one drive, mounted at DIR to be written, with blobs of the storage, biggest first. Prints {status, driveStatus,
bytesSucceeded, blobs, errorLog, verboseLog, manifest, manifestHash, incompleteBlobList}; the last names the list of blobs
that did not fit, in the form --blob-list takes. Every file is read back from the drive before it counts. Exit 3 for
CompletedMoreInfo. An interrupted export goes on where it stopped when it is started again.`

export async function runExport(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = readOptions(
    args,
    {
      drive: { type: 'string' },
      'drive-id': { type: 'string' },
      job: { type: 'string' },
      storage: { type: 'string' },
      'blob-path': { type: 'string', multiple: true },
      'blob-path-prefix': { type: 'string', multiple: true },
      'blob-list': { type: 'string' },
      'log-level': { type: 'string' },
      'diagnostics-path': { type: 'string' },
      'backup-manifest': { type: 'boolean' },
      'copy-id': { type: 'string' },
    },
    { least: 1, most: 1, names: 'export' },
  )
  const need = (name: 'drive' | 'drive-id' | 'job' | 'storage') => {
    const value = values[name]
    if (value === undefined || value === '') throw new WrongUsage(`copy export needs --${name}.`)
    return value
  }
  const listed = await listOf(values['blob-list'])
  if (!listed.ok) return tellFailure(io, listed.failure)
  const selection = {
    blobPath: [...(values['blob-path'] ?? []), ...listed.value.blobPath],
    blobPathPrefix: [...(values['blob-path-prefix'] ?? []), ...listed.value.blobPathPrefix],
  }
  if (selection.blobPath.length + selection.blobPathPrefix.length === 0)
    throw new WrongUsage('copy export needs --blob-path, --blob-path-prefix or --blob-list.')
  const order = exportOrderSchema.safeParse({
    copyId: values['copy-id'] ?? 'not-chosen',
    plan: values['copy-id'] ?? 'not-chosen',
    job: need('job'),
    driveId: need('drive-id'),
    root: resolve(need('drive')),
    fileSystem: '',
    logLevel: values['log-level'] ?? 'Error',
    diagnosticsPath: values['diagnostics-path'] ?? 'waimportexport',
    backupDriveManifest: values['backup-manifest'] === true,
    selection,
  })
  if (!order.success) {
    const member = String(order.error.issues[0]?.path[0])
    throw new WrongUsage(`${OPTION_OF[member] ?? member} is not of the right form.`)
  }
  const storage = storageOf(io, need('storage'))
  if (!storage.ok) return tellFailure(io, storage.failure)
  const control = new CopyControl()
  void io.ending.then(() => control.cancel())
  try {
    const base = `${order.data.job}-${order.data.driveId}`
    const id =
      values['copy-id'] === undefined
        ? await exportIdFor(storage.value, base, selection)
        : { ok: true as const, value: values['copy-id'] }
    if (!id.ok) return await tellFailure(io, id.failure)
    const copied = await exportDrive(
      { ...order.data, copyId: id.value, plan: id.value },
      {
        store: storage.value,
        clock: systemClock,
        timers: systemTimers,
        log: systemLog({ level: 'warn' }),
        control,
        listeners: { onLost: (sentence) => io.note(sentence), onProgress: showProgress(io) },
      },
    )
    if (!copied.ok) return await tellFailure(io, copied.failure)
    const { summary, exported, remarks } = copied.value
    for (const remark of remarks) io.note(remark)
    const more = {
      manifest: exported?.manifestFile ?? null,
      manifestHash: exported?.manifestHash ?? null,
      incompleteBlobList: exported?.incompleteBlobList ?? null,
    }
    await io.out(JSON.stringify({ ...summary, ...more }))
    return summary.status === 'Completed' ? EXIT.done : EXIT.doneWithReport
  } finally {
    await storage.value.close()
  }
}

const OPTION_OF: Readonly<Record<string, string>> = {
  copyId: '--copy-id',
  plan: '--copy-id',
  job: '--job',
  driveId: '--drive-id',
  logLevel: '--log-level',
  diagnosticsPath: '--diagnostics-path',
}

async function listOf(file: string | undefined) {
  if (file === undefined) return { ok: true as const, value: { blobPath: [], blobPathPrefix: [] } }
  try {
    return parseBlobList(await readFile(file))
  } catch (error) {
    return fail('blob-list-unreadable', `The blob list ${file} cannot be read.`, String(error))
  }
}
