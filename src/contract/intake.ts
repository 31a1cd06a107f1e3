import { z } from 'zod'

/** What a drive's examination at intake found: the words that cross a wire, in entries and on screens. */
export const HEALTHS = ['healthy', 'watch', 'at-risk', 'unknown'] as const
/** `at-risk`: it may not last, copy it first. `watch`: it has had trouble, is old or hot. `unknown`: nobody can tell. */
export type Health = (typeof HEALTHS)[number]

const HEALTH_CODES = [
  'says-failing',
  'attribute-failing',
  'attribute-failed-before',
  'pending-sectors',
  'unreadable-sectors',
  'replaced-sectors',
  'reported-uncorrectable',
  'cable-errors',
  'nvme-warning',
  'spare-used-up',
  'worn-out',
  'media-errors',
  'hot',
  'old',
] as const
export type HealthCode = (typeof HEALTH_CODES)[number]

const CONFORMITY_CODES = [
  'not-sata',
  'link-too-slow',
  'form-factor',
  'sector-size',
  'no-volume',
  'file-system',
  'not-encrypted',
  'several-volumes',
] as const
export type ConformityCode = (typeof CONFORMITY_CODES)[number]

export const healthReason = z.strictObject({
  code: z.enum(HEALTH_CODES),
  /** The number behind it; for `attribute-*` the attribute's id, for `says-failing` 0. */
  value: z.number(),
})
export type HealthReason = z.infer<typeof healthReason>

export const conformityFinding = z.strictObject({
  code: z.enum(CONFORMITY_CODES),
  /** `refuse`: the service sends such a drive back unprocessed. `notice`: it is said, and processed. */
  weight: z.enum(['refuse', 'notice']),
  /** What was found, in the drive's own words. */
  found: z.string().max(256),
})
export type ConformityFinding = z.infer<typeof conformityFinding>

/** A number as the drive gives it, for a person who wants to see more than the judgement. */
export const rawValue = z.strictObject({ name: z.string().max(128), value: z.string().max(256) })
export type RawValue = z.infer<typeof rawValue>
