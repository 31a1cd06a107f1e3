import { z } from 'zod'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Timers } from '../../ports/clock.ts'
import type { Device, Devices, OpenFailureCode, OpenVolume } from '../../ports/devices.ts'
import { checkBitLockerKey } from '../bitlocker-key.ts'
import { judgeConformity } from '../intake/conformity.ts'
import { judgeHealth } from '../intake/health.ts'
import { rawValues } from '../intake/raw-values.ts'
import { readSmartReport } from '../intake/smart-report.ts'
import { type Commands, complaint, systemCommands } from '../linux/commands.ts'
import {
  asDevices,
  dataPartitions,
  parseListing,
  volumePathOf,
  type WindowsListing,
} from './windows-listing.ts'
import { encoded, LIST_SCRIPT, LOCK_SCRIPT, protectScript, UNLOCK_SCRIPT } from './windows-scripts.ts'

/**
 * Devices on Windows: the Storage Management API and BitLocker's own class, asked through PowerShell. Opening needs an
 * administrator. Windows mounts what it knows as soon as it is plugged in, and may write to it: a dock has automatic
 * mounting switched off (`mountvol /N`), and each disk is write-protected before anything is read.
 *
 * Not tried on Windows: what is asked and how answers are read is tested on answers written after Microsoft's
 * documentation, the scripts themselves have not run.
 */
export interface WindowsDevicesDeps {
  readonly timers: Timers
  /** For tests; the default is this machine. */
  readonly commands?: Commands
}

const LIST_TIMEOUT_MS = 30_000
const OPEN_TIMEOUT_MS = 60_000

/** Return values of `Win32_EncryptableVolume`, as its documentation lists them. */
const FVE = {
  notActivated: 0x80310008,
  wrongKey: 0x80310027,
  noProtector: 0x80310033,
  badForm: 0x80310035,
} as const

const PROTECTED = z.object({ readOnly: z.boolean() })
const UNLOCKED = z.object({
  state: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  code: z.number().optional(),
})
const LOCKED = z.object({ code: z.number() })

export function createWindowsDevices(deps: WindowsDevicesDeps): Devices {
  const commands = deps.commands ?? systemCommands(deps.timers, windowsEnvironment())

  const ask = async (
    script: string,
    options: { readonly timeoutMs: number; readonly stdin?: string },
  ): Promise<Outcome<string>> => {
    const result = await commands.run('powershell.exe', encoded(script), options)
    const wrong = complaint('powershell', result)
    if (result.kind === 'ended' && wrong === undefined) return ok(result.stdout)
    return fail('powershell-failed', 'Windows did not answer a question about a drive.', wrong)
  }

  const read = async (): Promise<Outcome<WindowsListing, 'listing-failed'>> => {
    const said = await ask(LIST_SCRIPT, { timeoutMs: LIST_TIMEOUT_MS })
    const sentence =
      'The plugged drives cannot be listed; the last known ones stay, and the station tries again by itself.'
    if (!said.ok) return fail('listing-failed', sentence, said.failure.detail)
    try {
      return ok(parseListing(said.value))
    } catch (error) {
      const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
      return fail('listing-failed', sentence, `Windows answered something else than a listing: ${detail}`)
    }
  }

  const open = async (
    device: Device,
    key: string | undefined,
  ): Promise<Outcome<OpenVolume, OpenFailureCode>> => {
    const listing = await read()
    if (!listing.ok) return fail('DiskOperationFailed', listing.failure.sentence, listing.failure.detail)
    const now = asDevices(listing.value).find(({ attachment }) => attachment === device.attachment)
    if (now === undefined) return fail('DiskNotFound', 'The drive is no longer plugged in; plug it in again.')
    if (now.system)
      return fail(
        'DiskOperationFailed',
        `This disk is never opened: ${now.systemReason}. Plug in the customer's drive instead.`,
      )
    const diskNumber = Number(/(\d+)$/.exec(now.node)?.[1])
    const guarded = await answer(ask(protectScript(diskNumber), { timeoutMs: OPEN_TIMEOUT_MS }), PROTECTED)
    if (guarded?.readOnly !== true)
      return fail(
        'DiskOperationFailed',
        'The drive cannot be write-protected, so it was not opened; the station has to run as an administrator.',
      )
    const partition = dataPartitions(listing.value, diskNumber)[0]
    const path = partition === undefined ? undefined : volumePathOf(partition)
    if (partition === undefined || path === undefined)
      return fail('VolumeNotNtfs', 'The drive holds no volume Windows reads; send it back unprocessed.')
    const unlocked = await unlock(path, key)
    if (!unlocked.ok) return unlocked
    const volume = listing.value.volumes.find((known) => known.path === path)
    return ok({
      root: path,
      fileSystem: volume?.fileSystem.toLowerCase() ?? 'ntfs',
      sizeBytes: partition.size,
      close: async () => (unlocked.value ? lock(path) : ok()),
    })
  }

  /** Answers whether there is something to lock again. */
  const unlock = async (
    path: string,
    key: string | undefined,
  ): Promise<Outcome<boolean, OpenFailureCode>> => {
    const checked = key === undefined || key.trim() === '' ? undefined : checkBitLockerKey(key)
    if (checked?.ok === false) return checked
    const stdin = `${path}\n${checked?.value ?? ''}\n`
    const said = await answer(ask(UNLOCK_SCRIPT, { timeoutMs: OPEN_TIMEOUT_MS, stdin }), UNLOCKED)
    if (said === undefined)
      return fail('BitLockerFailed', 'Windows did not say whether the drive is locked; try again.')
    if (said.state === 3) return ok(true)
    if (said.state !== 2) return ok(false)
    switch (said.code) {
      case undefined:
        return fail(
          'BitLockerUnlockVolumeFailed',
          "The drive is locked with BitLocker and its job holds no key; ask the customer for the drive's recovery key.",
        )
      case FVE.wrongKey:
      case FVE.badForm:
        return fail(
          'BitLockerKeyInvalid',
          "The job's BitLocker key does not open this drive; ask the customer for the drive's recovery key.",
        )
      case FVE.noProtector:
        return fail(
          'BitLockerProtectorNotFound',
          'The drive is locked with BitLocker but has no numerical password; send it back unprocessed.',
        )
      case FVE.notActivated:
        return fail('BitLockerNotActivated', 'BitLocker is not switched on for this drive; ask the customer.')
      default:
        return fail(
          'BitLockerUnlockVolumeFailed',
          'The BitLocker volume cannot be unlocked although the key has the right form; ask the service team.',
          `0x${said.code.toString(16)}`,
        )
    }
  }

  const lock = async (path: string): Promise<Outcome<undefined, 'volume-busy'>> => {
    const said = await answer(ask(LOCK_SCRIPT, { timeoutMs: OPEN_TIMEOUT_MS, stdin: `${path}\n\n` }), LOCKED)
    if (said?.code === 0) return ok()
    return fail('volume-busy', 'The drive is still in use; wait for the copy to end, then close it again.')
  }

  return {
    async list() {
      const listing = await read()
      return listing.ok ? ok(asDevices(listing.value)) : listing
    },
    /** Windows has no folder to watch: the USB doorbell and the slow tick ring. */
    watch: () => ({ stop: () => undefined }),
    open: (device, { bitLockerKey }) => open(device, bitLockerKey),
    /** Not built: nothing on Windows has shown yet that a volume made here can be written to safely. */
    prepareTarget: async () =>
      fail(
        'DiskOperationFailed',
        'A station on Windows cannot fill export drives yet; take the drive to a station on Linux.',
      ),
    async examine(device) {
      const listed = await read()
      const there =
        listed.ok && asDevices(listed.value).some(({ attachment }) => attachment === device.attachment)
      if (!there) return fail('examination-failed', 'The drive was pulled out while it was examined.')
      const result = await commands.run('smartctl', ['--json', '--all', smartName(device.node)], {
        timeoutMs: LIST_TIMEOUT_MS,
      })
      const report = result.kind === 'ended' ? readSmartReport(result.stdout) : undefined
      const findings = judgeConformity(device, report?.ok === true ? report.value : undefined, undefined)
      if (report?.ok !== true)
        return ok({ health: 'unknown', reasons: [], findings, rawValues: [], silentBecause: NO_SMART })
      const { serial } = report.value
      const said = serial === undefined ? {} : { serial }
      return ok({ ...said, ...judgeHealth(report.value), findings, rawValues: rawValues(report.value) })
    },
    async eject(device) {
      const listing = await read()
      if (!listing.ok)
        return fail('still-open', `The drive cannot be taken out yet: ${listing.failure.sentence}`)
      const now = asDevices(listing.value).find(({ attachment }) => attachment === device.attachment)
      const paths =
        now === undefined ? [] : dataPartitions(listing.value, Number(/(\d+)$/.exec(now.node)?.[1]))
      for (const partition of paths) {
        const path = volumePathOf(partition)
        const locked = path === undefined ? ok() : await lock(path)
        if (!locked.ok)
          return fail('still-open', 'The drive cannot be taken out yet: a program has files on it open.')
      }
      return ok()
    },
    /** Volumes stay unlocked when a station dies, until they are pulled or Windows starts again; nothing else stays. */
    closeLeftovers: async () => ok([]),
  }
}

/** PowerShell does not start without the system's own folders. */
function windowsEnvironment(): NodeJS.ProcessEnv {
  const names = [
    'SystemRoot',
    'SystemDrive',
    'windir',
    'Path',
    'PATHEXT',
    'TEMP',
    'TMP',
    'ProgramData',
    'PSModulePath',
  ]
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

const NO_SMART = "The drives' health cannot be read on this station; have smartmontools installed."

/** smartctl on Windows calls the third disk `/dev/sdc`. */
function smartName(node: string): string {
  const number = Number(/(\d+)$/.exec(node)?.[1] ?? 0)
  return `/dev/sd${String.fromCharCode('a'.charCodeAt(0) + (number % 26))}`
}

async function answer<T>(asked: Promise<Outcome<string>>, shape: z.ZodType<T>): Promise<T | undefined> {
  const said = await asked
  if (!said.ok) return undefined
  try {
    return shape.parse(JSON.parse(said.value))
  } catch {
    // Not what the script answers: the same as no answer.
    return undefined
  }
}
