import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Sheet } from '../suites/printer.ts'

/**
 * A CUPS of our own: the real scheduler with its own folders, reached through a socket in them, so that it neither sees nor
 * disturbs the machine's. Behind its queues stands a back end that keeps the bytes and is out of paper, off or sulking
 * when a file says so.
 */
export interface CupsDock {
  /** What programs need to find it. */
  readonly env: Readonly<Record<string, string>>
  /** Adds a queue with nothing between it and its printer. */
  addQueue(name: string): CupsQueue
  run(program: string, ...args: string[]): string
  close(): Promise<void>
}

export type Mood = 'paper-out' | 'offline' | 'breaks' | 'stops' | 'slow'

export interface CupsQueue {
  sheets(): Sheet[]
  /** Titles of what was printed, oldest first. */
  titles(): string[]
  is(mood: Mood): void
  isWellAgain(): void
  remove(): void
}

/** Called by CUPS with job, user, title, copies, options and, for a job that needs no filter, its file (backend(7)). */
const BACK_END = `#!/bin/sh
[ $# -eq 0 ] && { echo 'direct dock "Unknown" "A printer of air"'; exit 0; }
out="\${DEVICE_URI#dock:}"
while [ -e "$out/paper-out" ]; do echo 'STATE: +media-empty-error' >&2; echo 'INFO: No labels.' >&2; sleep 0.1; done
while [ -e "$out/offline" ]; do echo 'STATE: +offline-report' >&2; sleep 0.1; done
while [ -e "$out/slow" ]; do echo 'INFO: Warming up.' >&2; sleep 0.1; done
echo 'STATE: -media-empty-error,offline-report' >&2
[ -e "$out/breaks" ] && { echo 'ERROR: The belt is torn.' >&2; exit 1; }
[ -e "$out/stops" ] && { echo 'ERROR: The head is hot.' >&2; exit 4; }
printf '%s' "$3" > "$out/$1.title"
cat \${6:+"$6"} > "$out/$1.part" && mv "$out/$1.part" "$out/$1.sheet"
`

export async function startCups(): Promise<CupsDock> {
  const folder = mkdtempSync(join(tmpdir(), 'tallydock-cups-'))
  // The scheduler's helpers run as another user.
  chmodSync(folder, 0o755)
  for (const room of ['root', 'state', 'cache', 'spool', 'tmp', 'log', 'out', 'programs/backend'])
    mkdirSync(join(folder, room), { recursive: true })
  cpSync('/usr/lib/cups/daemon', join(folder, 'programs/daemon'), { recursive: true })
  // Without permissions for others, a back end runs as the user the scheduler has.
  writeFileSync(join(folder, 'programs/backend/dock'), BACK_END, { mode: 0o700 })
  const socket = join(folder, 's')
  writeFileSync(join(folder, 'files.conf'), filesConf(folder))
  writeFileSync(join(folder, 'cupsd.conf'), `Listen ${socket}\n${CUPSD_CONF}`)

  const daemon = spawn('/usr/sbin/cupsd', [
    ...['-f', '-c', join(folder, 'cupsd.conf')],
    ...['-s', join(folder, 'files.conf')],
  ])
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, CUPS_SERVER: socket, LC_ALL: 'C' }
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const close = async () => {
    await ended(daemon)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await vi.waitFor(() => connectable(socket, run), { timeout: 10_000 })
  } catch (error) {
    await close()
    throw error
  }
  return {
    env,
    run,
    close,
    addQueue(name) {
      const out = join(folder, 'out', name)
      mkdirSync(out)
      run('lpadmin', '-p', name, '-E', '-v', `dock:${out}`, '-o', 'printer-error-policy=abort-job')
      return queueAt(name, out, run)
    },
  }
}

function connectable(socket: string, run: CupsDock['run']): void {
  if (!existsSync(socket) || !run('lpstat', '-r').includes('is running'))
    throw new Error('CUPS is not up yet.')
}

function queueAt(name: string, out: string, run: CupsDock['run']): CupsQueue {
  const files = (ending: string) =>
    readdirSync(out)
      .filter((file) => file.endsWith(ending))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((file) => ({ number: Number.parseInt(file, 10), bytes: readFileSync(join(out, file)) }))
  return {
    sheets: () =>
      files('.sheet').map(({ number, bytes }) => ({
        where: `${name}-${number}`,
        bytes: new Uint8Array(bytes),
      })),
    titles: () => files('.title').map(({ bytes }) => bytes.toString('utf8')),
    is: (mood) => writeFileSync(join(out, mood), ''),
    isWellAgain() {
      for (const file of readdirSync(out)) if (statSync(join(out, file)).size === 0) rmSync(join(out, file))
    },
    remove: () => void run('lpadmin', '-x', name),
  }
}

function ended(daemon: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return resolve()
    daemon.once('exit', () => resolve())
    daemon.kill('SIGTERM')
  })
}

function filesConf(folder: string): string {
  return [
    `ServerRoot ${folder}/root`,
    `StateDir ${folder}/state`,
    `CacheDir ${folder}/cache`,
    `RequestRoot ${folder}/spool`,
    `TempDir ${folder}/tmp`,
    `ServerBin ${folder}/programs`,
    'DataDir /usr/share/cups',
    `AccessLog ${folder}/log/access`,
    `ErrorLog ${folder}/log/error`,
    `PageLog ${folder}/log/page`,
    'Sandboxing Relaxed',
    '',
  ].join('\n')
}

const CUPSD_CONF = `LogLevel warn
Browsing No
WebInterface No
DefaultAuthType None
JobRetryInterval 1
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
`
