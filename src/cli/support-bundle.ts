import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs'
import { arch, freemem, platform, release, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { Badges } from '../station/people.ts'
import { systemClock } from '../system/clock.ts'
import { type Command, EXIT, readOptions, tellFailure } from './command.ts'
import { dataDir } from './data-dir.ts'
import { readLedger } from './read-ledger.ts'
import { withoutSecrets } from './without-secrets.ts'

/** The end of each log: what happened before somebody asked for help. */
const LOG_BYTES = 512 * 1024
const NEWEST_ENTRIES = 500

export const command: Command = {
  help: `tallydock support-bundle [--data DIR] [--out FILE]

Writes one JSON file for whoever helps: versions, settings, the state of the ledger, the newest entries by kind, and the end of
the logs. No key, token, PIN, address, name or file of a customer is in it; read it before you send it. May run while the
station does. Prints {"path", "bytes"}.`,
  async run(args, io) {
    const { values } = readOptions(args, { data: { type: 'string' }, out: { type: 'string' } })
    const folder = dataDir(values, io.env)
    const opened = readLedger(folder)
    if (!opened.ok) return tellFailure(io, opened.failure)
    const ledger = opened.value
    try {
      const at = systemClock.now()
      const verified = await ledger.verify()
      const bundle = {
        made: new Date(at).toISOString(),
        version: packageJson.version,
        node: process.version,
        system: {
          platform: platform(),
          release: release(),
          arch: arch(),
          freemem: freemem(),
          totalmem: totalmem(),
        },
        settings: settingsOf(folder),
        badges: new Badges(folder).all().length,
        ledger: {
          station: ledger.station,
          head: ledger.head(),
          cursor: ledger.cursor(),
          unsent: ledger.unsentCount(),
          stopped: ledger.syncStopped() ?? null,
          verified: verified.ok ? verified.value : verified.failure,
          openCases: ledger
            .find('case', 'state', 'open')
            .map(({ reason, openedAt }) => ({ reason, openedAt })),
        },
        // Kinds and times alone: bodies name customers' jobs.
        newest: ledger
          .newest({ limit: NEWEST_ENTRIES })
          .map(({ entry }) =>
            entry === undefined ? 'unreadable' : `${entry.at} ${entry.station} ${entry.kind}`,
          ),
        logs: logsOf(join(folder, 'logs')),
      }
      const path = resolve(
        values.out ?? join(folder, `support-${new Date(at).toISOString().replace(/[:.]/g, '-')}.json`),
      )
      const text = `${JSON.stringify(bundle, null, 2)}\n`
      writeFileSync(path, text, { mode: 0o600 })
      await io.out(JSON.stringify({ path, bytes: Buffer.byteLength(text) }))
      return EXIT.done
    } finally {
      ledger.close()
    }
  },
}

function settingsOf(folder: string): unknown {
  try {
    return JSON.parse(withoutSecrets(readFileSync(join(folder, 'config.json'), 'utf8')))
  } catch (error) {
    return { unreadable: String(error) }
  }
}

function logsOf(folder: string): Record<string, string[]> {
  const logs: Record<string, string[]> = {}
  if (!existsSync(folder)) return logs
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.log')))
    logs[name] = withoutSecrets(endOf(join(folder, name))).split('\n')
  return logs
}

function endOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES))
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.subarray(0, read).toString('utf8')
  } finally {
    closeSync(file)
  }
}
