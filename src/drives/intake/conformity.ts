import type { ConformityCode, ConformityFinding } from '../../contract/intake.ts'
import type { Device } from '../../ports/devices.ts'
import type { SmartReport } from './smart-report.ts'

/**
 * Whether a drive is of a kind the service takes. Pure. What it takes: SATA disks, hard disks of 2.5 and 3.5 inch with SATA
 * II or III, solid-state disks of 2.5 inch with SATA III, 512-byte logical sectors, one NTFS data volume locked with
 * BitLocker; no sticks, no NVMe, no SAS. Source: Microsoft, "Azure Import/Export system requirements", section on disks.
 *
 * This station reads more than that (exFAT, FAT32, ext4, volumes without BitLocker): such a finding is a `notice`. What is
 * not known is no finding: most adapters hide something.
 */
/** A volume that can hold a customer's data; housekeeping partitions are left out. */
export interface SeenVolume {
  /** blkid's name (`ntfs`, `ext4`, `BitLocker`); undefined when nothing is known there. */
  readonly fileSystem: string | undefined
  readonly sizeBytes: number
}

export function judgeConformity(
  device: Pick<Device, 'kind'>,
  report: SmartReport | undefined,
  volumes: readonly SeenVolume[] | undefined,
): readonly ConformityFinding[] {
  return [...diskFindings(device, report), ...(volumes === undefined ? [] : volumeFindings(volumes))]
}

function diskFindings({ kind }: Pick<Device, 'kind'>, report: SmartReport | undefined): ConformityFinding[] {
  const refuse = (code: ConformityCode, found: string): ConformityFinding => ({
    code,
    weight: 'refuse',
    found,
  })
  const findings: ConformityFinding[] = []
  if (kind === 'nvme' || report?.protocol === 'NVMe') findings.push(refuse('not-sata', 'NVMe'))
  else if (kind === 'other' && report?.protocol === 'SCSI') findings.push(refuse('not-sata', 'SCSI'))
  if (report === undefined) return findings

  const { logicalSectorBytes, formFactor, linkGigabitPerSecond, rotationPerMinute, protocol } = report
  if (logicalSectorBytes !== undefined && logicalSectorBytes !== 512)
    findings.push(refuse('sector-size', `${logicalSectorBytes} bytes`))
  const solidState = rotationPerMinute === 0
  if (formFactor !== undefined) {
    const fits = formFactor.startsWith('2.5') || (formFactor.startsWith('3.5') && !solidState)
    if (!fits) findings.push(refuse('form-factor', formFactor))
  }
  const slowest = solidState ? 6 : 3
  if (protocol === 'ATA' && linkGigabitPerSecond !== undefined && linkGigabitPerSecond < slowest)
    findings.push(refuse('link-too-slow', `${linkGigabitPerSecond} Gb/s`))
  return findings
}

function volumeFindings(volumes: readonly SeenVolume[]): ConformityFinding[] {
  const readable = volumes.filter(({ fileSystem }) => fileSystem !== undefined)
  const first = readable[0]
  if (first?.fileSystem === undefined)
    return [{ code: 'no-volume', weight: 'refuse', found: 'no file system' }]
  const findings: ConformityFinding[] = []
  if (first.fileSystem !== 'BitLocker') {
    findings.push({ code: 'not-encrypted', weight: 'notice', found: first.fileSystem })
    if (first.fileSystem !== 'ntfs')
      findings.push({ code: 'file-system', weight: 'notice', found: first.fileSystem })
  }
  if (readable.length > 1)
    findings.push({ code: 'several-volumes', weight: 'notice', found: String(readable.length) })
  return findings
}
