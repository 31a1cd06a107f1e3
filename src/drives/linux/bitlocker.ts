import { access, readFile, rm } from 'node:fs/promises'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { OpenFailureCode } from '../../ports/devices.ts'
import { checkBitLockerKey } from '../bitlocker-key.ts'
import { type CommandResult, type Commands, complaint } from './commands.ts'

/**
 * Opens a BitLocker volume for reading with its numerical password.
 *
 * With a device mapper: `cryptsetup open --type bitlk --readonly`, the key on standard input. Without one: dislocker, a
 * FUSE program that shows the plain volume as one file. dislocker asks for the key at a terminal only, so it runs behind
 * a pseudo-terminal made by socat, and the key again goes through standard input, never through a command line, which
 * every user of the machine can read. dislocker's terminal echoes the key: that output is dropped here, and what it has to
 * say is read from a file of its own.
 *
 * Codes: a job without a key is `BitLockerUnlockVolumeFailed` (the volume may well have a protector; it is we who have
 * nothing to open it with); no numerical-password protector on the volume is `BitLockerProtectorNotFound`; a key of the
 * wrong form, or that does not fit, is `BitLockerKeyInvalid`.
 */
export interface UnlockRequest {
  readonly node: string
  readonly key: string | undefined
  /** Name for the mapped device. */
  readonly mapperName: string
  /** An empty folder for dislocker's file, absolute. */
  readonly folder: string
}

export interface UnlockDeps {
  readonly commands: Commands
  readonly hasDeviceMapper: () => Promise<boolean>
}

/** Key stretching takes seconds on a slow processor. */
const UNLOCK_TIMEOUT_MS = 60_000

/** Answers the node of the plain volume. Whatever was made is found and closed by the teardown of the same folder. */
export async function unlock(
  request: UnlockRequest,
  deps: UnlockDeps,
): Promise<Outcome<string, OpenFailureCode>> {
  if (request.key === undefined || request.key.trim() === '') {
    return fail(
      'BitLockerUnlockVolumeFailed',
      "The drive is locked with BitLocker and its job holds no key; ask the customer for the drive's recovery key.",
    )
  }
  const key = checkBitLockerKey(request.key)
  if (!key.ok) return key
  if (!(await hasNumericalPassword(request.node, deps.commands))) {
    return fail(
      'BitLockerProtectorNotFound',
      'The drive is locked with BitLocker but has no numerical password; send it back unprocessed.',
    )
  }
  return (await deps.hasDeviceMapper())
    ? unlockMapped(request, key.value, deps.commands)
    : unlockAsFile(request, key.value, deps.commands)
}

export async function kernelHasDeviceMapper(): Promise<boolean> {
  return access('/dev/mapper/control').then(
    () => true,
    () => false,
  )
}

/** True as well when nobody can tell (no cryptsetup, or it does not understand the metadata): the key decides then. */
async function hasNumericalPassword(node: string, commands: Commands): Promise<boolean> {
  const dump = await commands.run('cryptsetup', ['bitlkDump', node])
  if (dump.kind !== 'ended' || dump.exitCode !== 0 || !dump.stdout.includes('VMK')) return true
  return /recovery passphrase/i.test(dump.stdout)
}

async function unlockMapped(
  request: UnlockRequest,
  key: string,
  commands: Commands,
): Promise<Outcome<string, OpenFailureCode>> {
  const result = await commands.run(
    'cryptsetup',
    ['open', '--type', 'bitlk', '--readonly', '--key-file', '-', request.node, request.mapperName],
    { stdin: key, timeoutMs: UNLOCK_TIMEOUT_MS },
  )
  if (result.kind === 'ended' && result.exitCode === 0) return ok(`/dev/mapper/${request.mapperName}`)
  // 2 is "no permission (bad passphrase)"; volumes with the Elephant diffuser end with 1 and no message instead.
  const refused = result.kind === 'ended' && (result.exitCode === 2 || result.stderr.trim() === '')
  return refused ? wrongKey() : cannotUnlock('cryptsetup', result)
}

async function unlockAsFile(
  request: UnlockRequest,
  key: string,
  commands: Commands,
): Promise<Outcome<string, OpenFailureCode>> {
  if (!/^[\w./-]+$/.test(request.folder)) {
    return fail(
      'BitLockerFailed',
      "dislocker needs a data folder without blanks in its path; move the station's data folder or install cryptsetup.",
    )
  }
  // socat splits the command at blanks and commas; a device node and the folder have neither. Its option `stderr` must
  // not be given: dislocker goes on in the background and would keep our pipe open for good.
  // What it says goes into a file: a pseudo-terminal that closes may take the last words with it.
  const log = `${request.folder}.said`
  const command = `dislocker-fuse -r -l ${log} -V ${request.node} -p -- ${request.folder}`
  const result = await commands.run('socat', ['-t', '60', '-', `EXEC:${command},pty,setsid,ctty`], {
    stdin: `${key}\n`,
    timeoutMs: UNLOCK_TIMEOUT_MS,
  })
  if (result.kind === 'missing') {
    return fail(
      'BitLockerFailed',
      'This station cannot open BitLocker drives; have cryptsetup, or dislocker and socat, installed.',
    )
  }
  // No file: dislocker never began, and the result says why.
  const said = await readFile(log, 'utf8').catch(() => '')
  await rm(log, { force: true })
  const file = `${request.folder}/dislocker-file`
  const opened = await access(file).then(
    () => true,
    () => false,
  )
  if (opened) return ok(file)
  const refused = result.kind === 'ended' && said.includes('None of the provided decryption mean')
  return refused ? wrongKey() : cannotUnlock('dislocker', withoutOutput(result))
}

function withoutOutput(result: CommandResult): CommandResult {
  return result.kind === 'ended' ? { ...result, stdout: '', stderr: '' } : result
}

function wrongKey() {
  return fail(
    'BitLockerKeyInvalid',
    "The job's BitLocker key does not open this drive; ask the customer for the drive's recovery key.",
  )
}

function cannotUnlock(program: string, result: CommandResult) {
  return fail(
    'BitLockerUnlockVolumeFailed',
    'The BitLocker volume cannot be unlocked although the key has the right form; ask the service team.',
    complaint(program, result),
  )
}
