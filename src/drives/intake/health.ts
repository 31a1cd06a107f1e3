import type { Health, HealthCode, HealthReason } from '../../contract/intake.ts'
import type { SmartReport } from './smart-report.ts'

/**
 * How a drive does, by what it says of itself. A pure judgement over a report; the raw numbers stay beside it.
 *
 * `at-risk`: it may not last, copy it first. `watch`: it has had trouble, or is old or hot. `unknown`: nobody can tell,
 * which is not the same as healthy.
 *
 * The ATA counters judged are the five that Backblaze found to foretell failures ("What SMART Stats Tell Us About Hard
 * Drives", 2016: 5, 187, 188, 197, 198) without 188, which makers pack with other counts, and 199, which tells of cables.
 * For NVMe: the critical-warning byte and spare threshold of the NVM Express base specification, figure "SMART / Health
 * Information Log". Limits of our own: 100 replaced sectors, 60 °C, 43,800 hours (five years).
 */
export interface HealthJudgement {
  readonly health: Health
  /** What speaks against it, the worst first. */
  readonly reasons: readonly HealthReason[]
}

const MANY_REPLACED = 100
const HOT_CELSIUS = 60
const OLD_HOURS = 43_800

const ATTRIBUTE = { replaced: 5, reported: 187, pending: 197, unreadable: 198, cable: 199 } as const

export function judgeHealth(report: SmartReport): HealthJudgement {
  const risks = risksOf(report)
  const worries = worriesOf(report)
  const reasons = [...risks, ...worries]
  if (risks.length > 0) return { health: 'at-risk', reasons }
  if (worries.length > 0) return { health: 'watch', reasons }
  const silent = report.passed === undefined && report.attributes.length === 0 && report.nvme === undefined
  return { health: silent ? 'unknown' : 'healthy', reasons }
}

function risksOf(report: SmartReport): HealthReason[] {
  const { nvme } = report
  const replaced = replacedSectors(report)
  const spare = nvme?.availableSparePercent
  return [
    ...when(report.passed === false, 'says-failing', 0),
    ...report.attributes
      .filter(({ failed }) => failed === 'now')
      .map(({ id }): HealthReason => ({ code: 'attribute-failing', value: id })),
    ...above('pending-sectors', rawOf(report, ATTRIBUTE.pending)),
    ...above('unreadable-sectors', rawOf(report, ATTRIBUTE.unreadable)),
    ...when(replaced >= MANY_REPLACED, 'replaced-sectors', replaced),
    ...above('nvme-warning', nvme?.criticalWarning),
    ...when(spare !== undefined && spare < (nvme?.spareThresholdPercent ?? 0), 'spare-used-up', spare),
  ]
}

function worriesOf(report: SmartReport): HealthReason[] {
  const { nvme, temperatureCelsius, poweredHours } = report
  const replaced = replacedSectors(report)
  return [
    ...when(replaced > 0 && replaced < MANY_REPLACED, 'replaced-sectors', replaced),
    ...above('reported-uncorrectable', rawOf(report, ATTRIBUTE.reported)),
    ...above('media-errors', nvme?.mediaErrors),
    ...above('media-errors', report.unrecoveredReads),
    ...above('cable-errors', rawOf(report, ATTRIBUTE.cable)),
    ...report.attributes
      .filter(({ failed }) => failed === 'past')
      .map(({ id }): HealthReason => ({ code: 'attribute-failed-before', value: id })),
    ...when((nvme?.usedPercent ?? 0) >= 100, 'worn-out', nvme?.usedPercent),
    ...when((temperatureCelsius ?? 0) >= HOT_CELSIUS, 'hot', temperatureCelsius),
    ...when((poweredHours ?? 0) >= OLD_HOURS, 'old', poweredHours),
  ]
}

/** ATA counts them in an attribute, SCSI in its list of grown defects. */
function replacedSectors(report: SmartReport): number {
  return rawOf(report, ATTRIBUTE.replaced) || (report.grownDefects ?? 0)
}

function rawOf(report: SmartReport, id: number): number {
  return report.attributes.find((attribute) => attribute.id === id)?.raw ?? 0
}

function above(code: HealthCode, value: number | undefined): HealthReason[] {
  return when((value ?? 0) > 0, code, value)
}

function when(applies: boolean, code: HealthCode, value: number | undefined): HealthReason[] {
  return applies ? [{ code, value: value ?? 0 }] : []
}
