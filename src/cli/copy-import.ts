import { resolve } from 'node:path'
import { type ImportOrder, importOrderSchema } from '../contract/copy-messages.ts'
import { CopyControl } from '../copy/import/copy-control.ts'
import { copyIdFor } from '../copy/import/copy-id.ts'
import { importDrive } from '../copy/import/import-drive.ts'
import { type Outcome, ok } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, EXIT, type ExitCode, readOptions, tellFailure, WrongUsage } from './command.ts'
import { showProgress } from './copy-progress.ts'
import { storageOf } from './copy-storage.ts'

export const IMPORT_HELP = `tallydock copy import --drive DIR --drive-id SERIAL --manifest '\\DriveManifest.xml' --manifest-hash HEX --job NAME
                     --storage URL [--log-level Error|Verbose] [--diagnostics-path waimportexport]
                     [--proof manifest|read-back] [--backup-manifest] [--copy-id ID]

Copies one drive, mounted at DIR, into storage. Prints {status, driveStatus, bytesSucceeded, blobs, errorLog, verboseLog}.
Exit 3 for CompletedMoreInfo. --storage folder:/abs keeps blobs as files; an https:// Blob endpoint with a SAS keeps them in
an Azure Storage account; env:NAME reads either, or a connection string, from the environment. An interrupted copy goes on
where it stopped when it is started again with the same --copy-id (default: job and drive).`

export async function runImport(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = readOptions(
    args,
    {
      drive: { type: 'string' },
      'drive-id': { type: 'string' },
      manifest: { type: 'string' },
      'manifest-hash': { type: 'string' },
      job: { type: 'string' },
      storage: { type: 'string' },
      'log-level': { type: 'string' },
      'diagnostics-path': { type: 'string' },
      proof: { type: 'string' },
      'backup-manifest': { type: 'boolean' },
      'copy-id': { type: 'string' },
    },
    { least: 1, most: 1, names: 'import' },
  )
  const need = (name: 'drive' | 'drive-id' | 'manifest' | 'manifest-hash' | 'job' | 'storage') => {
    const value = values[name]
    if (value === undefined || value === '') throw new WrongUsage(`copy import needs --${name}.`)
    return value
  }
  const order = importOrderSchema.safeParse({
    copyId: values['copy-id'] ?? 'not-chosen',
    job: need('job'),
    driveId: need('drive-id'),
    root: resolve(need('drive')),
    manifestPath: need('manifest'),
    manifestHash: need('manifest-hash'),
    logLevel: values['log-level'] ?? 'Error',
    diagnosticsPath: values['diagnostics-path'] ?? 'waimportexport',
    backupDriveManifest: values['backup-manifest'] === true,
    proof: values.proof ?? 'manifest',
  })
  if (!order.success) {
    const [issue] = order.error.issues
    throw new WrongUsage(
      `${OPTION_OF[String(issue?.path[0])] ?? String(issue?.path[0])} is not of the right form.`,
    )
  }
  const storage = storageOf(io, need('storage'))
  if (!storage.ok) return tellFailure(io, storage.failure)
  const control = new CopyControl()
  void io.ending.then(() => control.cancel())
  try {
    const id = await chooseCopyId(storage.value, values['copy-id'], order.data)
    if (!id.ok) return await tellFailure(io, id.failure)
    const copied = await importDrive(
      { ...order.data, copyId: id.value },
      {
        store: storage.value,
        clock: systemClock,
        timers: systemTimers,
        log: systemLog({ level: 'warn' }),
        control,
        listeners: {
          onLost: (sentence) => io.note(sentence),
          onProgress: showProgress(io),
        },
      },
    )
    if (!copied.ok) return await tellFailure(io, copied.failure)
    for (const remark of copied.value.remarks) io.note(remark)
    await io.out(JSON.stringify(copied.value.summary))
    return copied.value.summary.status === 'Completed' ? EXIT.done : EXIT.doneWithReport
  } finally {
    await storage.value.close()
  }
}

const OPTION_OF: Readonly<Record<string, string>> = {
  copyId: '--copy-id',
  driveId: '--drive-id',
  manifestPath: '--manifest',
  manifestHash: '--manifest-hash',
  logLevel: '--log-level',
  diagnosticsPath: '--diagnostics-path',
}

/** Job and drive name a copy: starting the same command again goes on with it while something of it is undone. */
function chooseCopyId(
  store: BlobStore,
  given: string | undefined,
  order: ImportOrder,
): Promise<Outcome<string>> {
  if (given !== undefined) return Promise.resolve(ok(given))
  return copyIdFor(store, `${order.job}-${order.driveId}`, order.manifestHash)
}
