import { z } from 'zod'

/** One answered scan as `tallydock scan` prints it: others script against these members. */
export const verdictLine = z.strictObject({
  scan: z.string(),
  verdict: z.enum([
    'arrival-opened',
    'arrival-closed',
    'received',
    'already-received',
    'received-late',
    'received-for-another-job',
    'held',
    'extra',
    'other-site',
    'not-a-drive-serial',
    'unreadable',
    'look-up',
    'packed',
    'label-printed',
    'return-closed',
    'shipped',
    'undone',
    'command',
    'refused',
  ]),
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
