import process from 'node:process'
import { StoreBusy, StoreFailure } from '../service/store/store.ts'
import { type CliIo, type Command, EXIT, tellFailure, WrongUsage } from './command.ts'

interface Listed {
  readonly summary: string
  /** Loaded when it is called: start-up stays short. */
  readonly load: () => Promise<{ readonly command: Command }>
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  station: {
    summary: 'the engine, with an embedded service unless one is named',
    load: () => import('./station.ts'),
  },
  scan: { summary: 'the station without a window: scans in, verdicts out', load: () => import('./scan.ts') },
  service: { summary: 'the import/export API over TLS', load: () => import('./service.ts') },
  token: { summary: 'create, list and revoke tokens of the service', load: () => import('./token.ts') },
  jobs: { summary: "a customer's orders: put, ship, cancel, list, get", load: () => import('./jobs.ts') },
  due: { summary: 'what falls due by an instant', load: () => import('./due.ts') },
  prepare: {
    summary: "the customer's side: files and manifest onto a drive",
    load: () => import('./prepare.ts'),
  },
  copy: { summary: 'one drive, headless', load: () => import('./copy.ts') },
  people: { summary: 'who has a badge at this station', load: () => import('./people.ts') },
  'support-bundle': {
    summary: 'one file for whoever helps, without secrets',
    load: () => import('./support-bundle.ts'),
  },
  ledger: { summary: 'check or export the journal of this station', load: () => import('./ledger.ts') },
}

async function main(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === 'help') {
    await io.out(overview())
    return name === undefined ? EXIT.wrongUsage : EXIT.done
  }
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (listed === undefined) {
    io.note(`There is no command ${JSON.stringify(name)}. tallydock --help lists them.`)
    return EXIT.wrongUsage
  }
  const { command } = await listed.load()
  if (rest.includes('--help')) {
    await io.out(command.help)
    return EXIT.done
  }
  try {
    return await command.run(rest, io)
  } catch (error) {
    if (error instanceof StoreFailure)
      return tellFailure(io, {
        code: error instanceof StoreBusy ? 'database-busy' : 'database-failed',
        sentence: 'The database did not do what was asked; look at the detail, then try again.',
        detail: error.message,
      })
    if (!(error instanceof WrongUsage)) throw error
    io.note(`${error.message} See tallydock ${name} --help.`)
    return EXIT.wrongUsage
  }
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  return ['tallydock <command> [options]', '', ...rows, '', 'tallydock <command> --help says more.'].join(
    '\n',
  )
}

const ending = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve())
  process.once('SIGTERM', () => resolve())
})

/** A line on the terminal that is not ended yet. */
let isLineOpen = false

const io: CliIo = {
  stdin: process.stdin,
  // Waits for the reader, so that a long export does not pile up in memory.
  out: (line) => new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve())),
  note: (line) => {
    process.stderr.write(`${isLineOpen ? '\n' : ''}${line}\n`)
    isLineOpen = false
  },
  ...(process.stderr.isTTY
    ? {
        redraw: (line: string) => {
          isLineOpen = true
          process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`)
        },
      }
    : {}),
  env: process.env,
  ending,
}

// A reader that goes away (`tallydock … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  throw error
})

process.exitCode = await main(process.argv.slice(2), io)
if (isLineOpen) process.stderr.write('\n')
