import { resolve } from 'node:path'
import { type ImportOrder, importOrderSchema } from '../contract/copy-messages.ts'
import { CopyControl } from '../copy/import/copy-control.ts'
import { copyIdFor } from '../copy/import/copy-id.ts'
import { importDrive } from '../copy/import/import-drive.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { openStorage } from '../storage/open.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemLog } from '../system/log.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'

export const command: Command = {
  help: `tallydock copy import --drive DIR --drive-id SERIAL --manifest '\\DriveManifest.xml' --manifest-hash HEX --job NAME
                     --storage URL [--log-level Error|Verbose] [--diagnostics-path waimportexport]
                     [--proof manifest|read-back] [--backup-manifest] [--copy-id ID]

Copies one drive, mounted at DIR, into storage. Prints {status, driveStatus, bytesSucceeded, blobs, errorLog, verboseLog}.
Exit 3 for CompletedMoreInfo. --storage folder:/abs keeps blobs as files; env:NAME reads the URL from the environment. An
interrupted copy goes on where it stopped when it is started again with the same --copy-id (default: job and drive).`,
  async run(args, io) {
    const { values, positionals } = readOptions(
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
    if (positionals[0] !== 'import')
      throw new WrongUsage('copy takes import; this version does not export yet.')
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
    const named = /^env:([A-Za-z0-9_]+)$/.exec(need('storage'))?.[1]
    const url = named === undefined ? need('storage') : io.env[named]
    if (url === undefined || url === '')
      return tellFailure(
        io,
        fail('storage-url-missing', `The environment has no ${named}. Set it to the storage URL.`).failure,
      )
    const storage = openStorage(url)
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
            onProgress: ({ phase, bytesDone, bytesTotal, filesDone, filesTotal }) =>
              io.note(`${phase}: ${filesDone} of ${filesTotal} files, ${bytesDone} of ${bytesTotal} bytes`),
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
  },
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
