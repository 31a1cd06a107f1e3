import type { RawValue } from '../../contract/intake.ts'
import type { SmartReport } from './smart-report.ts'

/** Everything a report holds, as a person reads it: name and value, the disk's own words where it has any. */
export function rawValues(report: SmartReport): readonly RawValue[] {
  const { nvme } = report
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    ['Model', report.model],
    ['Serial number', report.serial],
    ['Protocol', report.protocol],
    ['Form factor', report.formFactor],
    ['Rotation (rpm)', report.rotationPerMinute],
    ['Fastest link (Gb/s)', report.linkGigabitPerSecond],
    ['Logical sector (bytes)', report.logicalSectorBytes],
    ['Says of itself', report.passed === undefined ? undefined : report.passed ? 'PASSED' : 'FAILED'],
    ['Powered on (hours)', report.poweredHours],
    ['Temperature (°C)', report.temperatureCelsius],
    ['NVMe critical warning', nvme?.criticalWarning],
    ['NVMe spare (%)', nvme?.availableSparePercent],
    ['NVMe used (%)', nvme?.usedPercent],
    ['NVMe media errors', nvme?.mediaErrors],
    ['SCSI grown defects', report.grownDefects],
    ['SCSI unrecovered reads', report.unrecoveredReads],
    ...report.attributes.map(({ id, name, rawText }) => [`${id} ${name}`, rawText] as const),
  ]
  return rows.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: name.slice(0, 128), value: String(value).slice(0, 256) }],
  )
}
