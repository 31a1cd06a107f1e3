import { z } from 'zod'
import { VERDICT_CODES } from '../lifecycle/states.ts'

/** One answered scan as `tallydock scan` prints it: others script against these members. */
export const verdictLine = z.strictObject({
  scan: z.string(),
  verdict: z.enum(VERDICT_CODES),
  /** The drive's serial in normal form. */
  drive: z.string().optional(),
  /** Name of the job (several, joined by comma, for a box of several). */
  job: z.string().optional(),
  /** Tracking number of the arrival. */
  arrival: z.string().optional(),
  /** Number of the outgoing box. */
  return: z.string().optional(),
  /** Letter of the tray, or the shelf. */
  tray: z.string().optional(),
  count: z.strictObject({ received: z.int(), expected: z.int() }).optional(),
  /** What was probably meant, and the positions in it that differ. */
  misread: z.strictObject({ expected: z.string(), positions: z.array(z.int()).readonly() }).optional(),
  sentence: z.string(),
  next: z.string(),
})
export type VerdictLine = z.infer<typeof verdictLine>
