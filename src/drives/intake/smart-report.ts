import { z } from 'zod'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'

/**
 * What `smartctl --json --all` says of a disk, reduced to what we judge and show. Shapes: smartmontools' own JSON output
 * (version 1.0 of its format, smartctl 7.0 and newer; described in smartctl(8) under `--json`). Members that a disk,
 * an adapter or an older smartctl leaves out are undefined here; nothing is made up.
 */
export interface SmartReport {
  readonly protocol: 'ATA' | 'SCSI' | 'NVMe' | undefined
  /** The disk's own serial number, as it stands. */
  readonly serial: string | undefined
  readonly model: string | undefined
  /** The disk's own verdict; undefined when it gives none. */
  readonly passed: boolean | undefined
  readonly logicalSectorBytes: number | undefined
  /** 0: no moving parts. */
  readonly rotationPerMinute: number | undefined
  /** `3.5 inches`, `2.5 inches`, `M.2`, … in smartctl's words. */
  readonly formFactor: string | undefined
  /** Fastest link of a SATA disk: 1.5, 3 or 6. */
  readonly linkGigabitPerSecond: number | undefined
  readonly temperatureCelsius: number | undefined
  readonly poweredHours: number | undefined
  /** ATA attributes in the disk's order. */
  readonly attributes: readonly SmartAttribute[]
  readonly nvme: NvmeHealth | undefined
  /** SCSI: sectors the disk has replaced since it left the factory. */
  readonly grownDefects: number | undefined
  /** SCSI: reads that failed for good. */
  readonly unrecoveredReads: number | undefined
}

export interface SmartAttribute {
  readonly id: number
  readonly name: string
  /** Normalised; at or below `threshold` the maker calls it failing. */
  readonly value: number | undefined
  readonly threshold: number | undefined
  readonly failed: 'now' | 'past' | undefined
  /** The first number of the raw text: makers pack further counters behind it. */
  readonly raw: number
  readonly rawText: string
}

export interface NvmeHealth {
  /** Bits of the critical-warning byte; 0: none. */
  readonly criticalWarning: number
  readonly availableSparePercent: number | undefined
  readonly spareThresholdPercent: number | undefined
  readonly usedPercent: number | undefined
  readonly mediaErrors: number
}

const count = z.number().nonnegative()
const attribute = z.object({
  id: count,
  name: z.string(),
  value: count.optional(),
  thresh: count.optional(),
  when_failed: z.string().optional(),
  raw: z.object({ value: count, string: z.string().optional() }),
})
const OUTPUT = z.object({
  smartctl: z.object({
    exit_status: count,
    messages: z.array(z.object({ string: z.string() })).optional(),
  }),
  device: z.object({ protocol: z.enum(['ATA', 'SCSI', 'NVMe']).optional().catch(undefined) }).optional(),
  serial_number: z.string().optional(),
  model_name: z.string().optional(),
  scsi_model_name: z.string().optional(),
  smart_status: z.object({ passed: z.boolean().optional() }).optional(),
  logical_block_size: count.optional(),
  rotation_rate: count.optional(),
  form_factor: z.object({ name: z.string().optional() }).optional(),
  interface_speed: z
    .object({ max: z.object({ units_per_second: count, bits_per_unit: count }).optional() })
    .optional(),
  temperature: z.object({ current: z.number().optional() }).optional(),
  power_on_time: z.object({ hours: count.optional() }).optional(),
  ata_smart_attributes: z.object({ table: z.array(attribute).optional() }).optional(),
  nvme_smart_health_information_log: z
    .object({
      critical_warning: count,
      available_spare: count.optional(),
      available_spare_threshold: count.optional(),
      percentage_used: count.optional(),
      media_errors: count,
    })
    .optional(),
  scsi_grown_defect_list: count.optional(),
  scsi_error_counter_log: z
    .object({ read: z.object({ total_uncorrected_errors: count.optional() }).optional() })
    .optional(),
})

/** smartctl's exit status, bits 0 and 1: it was called wrongly, or the device could not be opened or does not answer. */
const NOT_ASKED = 0b11

/** `smart-unavailable`: the disk does not say (no S.M.A.R.T., or an adapter that lets no question through). */
export function readSmartReport(text: string): Outcome<SmartReport, 'smart-unavailable'> {
  let parsed: z.infer<typeof OUTPUT>
  try {
    parsed = OUTPUT.parse(JSON.parse(text))
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    return unavailable(`smartctl printed something else than its report: ${detail}`)
  }
  const { smartctl, nvme_smart_health_information_log: nvme } = parsed
  if ((smartctl.exit_status & NOT_ASKED) !== 0)
    return unavailable(
      smartctl.messages?.map((message) => message.string).join('; ') ?? 'smartctl was not answered',
    )
  const link = parsed.interface_speed?.max
  return ok({
    protocol: parsed.device?.protocol,
    serial: parsed.serial_number,
    model: parsed.model_name ?? parsed.scsi_model_name,
    passed: parsed.smart_status?.passed,
    logicalSectorBytes: parsed.logical_block_size,
    rotationPerMinute: parsed.rotation_rate,
    formFactor: parsed.form_factor?.name,
    linkGigabitPerSecond: link === undefined ? undefined : (link.units_per_second * link.bits_per_unit) / 1e9,
    temperatureCelsius: parsed.temperature?.current,
    poweredHours: parsed.power_on_time?.hours,
    attributes: (parsed.ata_smart_attributes?.table ?? []).map(asAttribute),
    nvme:
      nvme === undefined
        ? undefined
        : {
            criticalWarning: nvme.critical_warning,
            availableSparePercent: nvme.available_spare,
            spareThresholdPercent: nvme.available_spare_threshold,
            usedPercent: nvme.percentage_used,
            mediaErrors: nvme.media_errors,
          },
    grownDefects: parsed.scsi_grown_defect_list,
    unrecoveredReads: parsed.scsi_error_counter_log?.read?.total_uncorrected_errors,
  })
}

function asAttribute({
  id,
  name,
  value,
  thresh,
  when_failed,
  raw,
}: z.infer<typeof attribute>): SmartAttribute {
  const rawText = raw.string ?? String(raw.value)
  const first = /^\d+/.exec(rawText)?.[0]
  return {
    id,
    name,
    value,
    threshold: thresh,
    failed: when_failed === 'now' || when_failed === 'past' ? when_failed : undefined,
    raw: first === undefined ? raw.value : Number(first),
    rawText,
  }
}

function unavailable(detail: string) {
  return fail(
    'smart-unavailable',
    'This drive says nothing of its health; its adapter may not let the question through.',
    detail,
  )
}
