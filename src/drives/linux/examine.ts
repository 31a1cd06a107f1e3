import { basename } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Device, Examination } from '../../ports/devices.ts'
import { judgeConformity, type SeenVolume } from '../intake/conformity.ts'
import { judgeHealth } from '../intake/health.ts'
import { rawValues } from '../intake/raw-values.ts'
import { readSmartReport, type SmartReport } from '../intake/smart-report.ts'
import { type Commands, complaint } from './commands.ts'
import { listBlockDevices } from './lsblk.ts'
import { candidateVolumes } from './probe.ts'
import { isPluggedIn, type KernelFolders } from './sysfs.ts'

/** Examines a drive: S.M.A.R.T. through smartctl, volumes through blkid. Reads no file and writes nothing. */
export interface ExamineDeps {
  readonly commands: Commands
  readonly kernel: KernelFolders
  readonly listTimeoutMs: number
}

/** A sleeping disk spins up first. */
const SMART_TIMEOUT_MS = 20_000

export async function examineDevice(
  device: Device,
  deps: ExamineDeps,
): Promise<Outcome<Examination, 'examination-failed'>> {
  if (!(await isPluggedIn(device.attachment, deps.kernel))) return gone()
  const smart = device.kind === 'loop' ? undefined : await askSmart(device, deps.commands)
  const volumes = await seeVolumes(device, deps)
  if (!(await isPluggedIn(device.attachment, deps.kernel))) return gone()
  const report = smart?.ok === true ? smart.value : undefined
  const judged = report === undefined ? { health: 'unknown' as const, reasons: [] } : judgeHealth(report)
  return ok({
    ...(report?.serial === undefined ? {} : { serial: report.serial }),
    ...judged,
    findings: judgeConformity(device, report, volumes),
    rawValues: report === undefined ? [] : rawValues(report),
    ...(smart?.ok === false ? { silentBecause: smart.failure.sentence } : {}),
  })
}

/** smartctl finds out how to talk to most adapters by itself; to one it does not know, the standard way is tried. */
async function askSmart(device: Device, commands: Commands): Promise<Outcome<SmartReport>> {
  const first = await smartctl(device.node, [], commands)
  if (first.ok || device.kind !== 'usb') return first
  return smartctl(device.node, ['-d', 'sat,auto'], commands)
}

async function smartctl(
  node: string,
  type: readonly string[],
  commands: Commands,
): Promise<Outcome<SmartReport>> {
  const args = ['--json', '--all', ...type, node]
  const result = await commands.run('smartctl', args, { timeoutMs: SMART_TIMEOUT_MS })
  // Its exit status is a set of bits, most of which speak of the disk; the report says which.
  if (result.kind === 'ended') return readSmartReport(result.stdout)
  return fail(
    'smart-unavailable',
    result.kind === 'missing'
      ? "The drives' health cannot be read on this station; have smartmontools installed."
      : 'This drive does not answer when asked for its health.',
    complaint('smartctl', result),
  )
}

/** Undefined when nobody can tell: that is no finding. */
async function seeVolumes(device: Device, deps: ExamineDeps): Promise<readonly SeenVolume[] | undefined> {
  const tree = await listBlockDevices(deps.commands, { timeoutMs: deps.listTimeoutMs, node: device.node })
  const disk = tree.ok ? tree.value.find(({ kname }) => kname === basename(device.node)) : undefined
  if (disk === undefined) return undefined
  const volumes = await candidateVolumes(disk, deps.commands)
  return volumes.ok
    ? volumes.value.map(({ type, sizeBytes }) => ({ fileSystem: type, sizeBytes }))
    : undefined
}

function gone() {
  return fail('examination-failed', 'The drive was pulled out while it was examined.')
}
