import { prepareDrive } from '../copy/prepare/prepare.ts'
import { type Command, EXIT, readOptions, tellFailure, WrongUsage } from './command.ts'

const DISPOSITIONS = ['rename', 'no-overwrite', 'overwrite'] as const

export const command: Command = {
  help: `tallydock prepare SOURCE --drive DIR --drive-id SERIAL --container NAME [--prefix P]
                  [--disposition ${DISPOSITIONS.join('|')}] [--page-blobs GLOB]…

Copies a folder (or one file) onto the drive mounted at DIR and writes its manifest, \\DriveManifest.xml. Prints the entry
for the job's driveList: {driveId, manifestFile, manifestHash}. Add the bitLockerKey if the drive is encrypted. Exit 3 when
something was left out (links, devices); each is named on stderr.`,
  async run(args, io) {
    const { values, positionals } = readOptions(
      args,
      {
        drive: { type: 'string' },
        'drive-id': { type: 'string' },
        container: { type: 'string' },
        prefix: { type: 'string' },
        disposition: { type: 'string' },
        'page-blobs': { type: 'string', multiple: true },
      },
      { least: 1, most: 1, names: 'SOURCE' },
    )
    const { drive, container, prefix, 'drive-id': driveId, 'page-blobs': pageBlobs } = values
    const disposition = DISPOSITIONS.find((known) => known === (values.disposition ?? 'rename'))
    if (drive === undefined || driveId === undefined || container === undefined)
      throw new WrongUsage('prepare needs --drive, --drive-id and --container.')
    if (disposition === undefined) throw new WrongUsage(`--disposition takes ${DISPOSITIONS.join(', ')}.`)
    const prepared = await prepareDrive(
      {
        source: positionals[0] ?? '',
        driveRoot: drive,
        driveId,
        container,
        disposition,
        clientCreator: 'tallydock',
        ...(prefix === undefined ? {} : { prefix }),
        ...(pageBlobs === undefined ? {} : { pageBlobs }),
      },
      { report: (problem) => io.note(JSON.stringify(problem)) },
    )
    if (!prepared.ok) return tellFailure(io, prepared.failure)
    const { driveListEntry, leftOut, files, bytes } = prepared.value
    io.note(`${files} files, ${bytes} bytes on the drive; ${leftOut} left out.`)
    await io.out(JSON.stringify(driveListEntry))
    return leftOut > 0 ? EXIT.doneWithReport : EXIT.done
  },
}
