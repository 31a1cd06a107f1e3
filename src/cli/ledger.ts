import type { Ledger } from '../ledger/ledger.ts'
import {
  type CliIo,
  type Command,
  EXIT,
  type ExitCode,
  readOptions,
  tellFailure,
  WrongUsage,
} from './command.ts'
import { dataDir } from './data-dir.ts'
import { readLedger } from './read-ledger.ts'

export const command: Command = {
  help: `tallydock ledger verify [--data DIR] [--head SEQ:HASH]
tallydock ledger export [--data DIR]

verify   Reads the whole journal and finds every changed, removed or reordered entry. Compares with the head the service
         acknowledged last, or with --head; own entries after it are counted as unanchored. Exit 3 when something is wrong.
export   Prints the journal, one JSON line per entry, oldest first. Personal data is not in it.

Both may run while the station does.`,
  async run(args, io) {
    const { values, positionals } = readOptions(
      args,
      { data: { type: 'string' }, head: { type: 'string' } },
      { least: 1, most: 1, names: 'verify or export' },
    )
    const [what] = positionals
    if (what !== 'verify' && what !== 'export') throw new WrongUsage('ledger takes verify or export.')
    if (what === 'export' && values.head !== undefined) throw new WrongUsage('--head belongs to verify.')
    const folder = dataDir(values, io.env)
    const opened = readLedger(folder)
    if (!opened.ok) return tellFailure(io, opened.failure)
    const ledger = opened.value
    try {
      if (what === 'export') {
        for await (const line of ledger.export()) await io.out(line)
        return EXIT.done
      }
      return await verify(ledger, values.head, io)
    } finally {
      ledger.close()
    }
  },
}

async function verify(ledger: Ledger, head: string | undefined, io: CliIo): Promise<ExitCode> {
  const verified = await ledger.verify(head === undefined ? {} : { head: readHead(head) })
  if (!verified.ok) return tellFailure(io, verified.failure)
  await io.out(JSON.stringify(verified.value))
  return verified.value.ok ? EXIT.done : EXIT.doneWithReport
}

function readHead(text: string): { seq: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text)
  if (match === null) throw new WrongUsage('--head takes SEQ:HASH, a number and 64 hex digits.')
  return { seq: Number(match[1]), hash: (match[2] ?? '').toLowerCase() }
}
