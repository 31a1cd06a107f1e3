import { type Command, WrongUsage } from './command.ts'
import { EXPORT_HELP, runExport } from './copy-export.ts'
import { IMPORT_HELP, runImport } from './copy-import.ts'

export const command: Command = {
  help: `${IMPORT_HELP}

${EXPORT_HELP}`,
  run(args, io) {
    const [direction] = args
    if (direction === 'import') return runImport(args, io)
    if (direction === 'export') return runExport(args, io)
    throw new WrongUsage('copy takes import or export.')
  },
}
