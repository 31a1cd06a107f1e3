import { z } from 'zod'
import { CASE_STATES } from '../lifecycle/states.ts'
import { jobPersonal } from './import-export-api.ts'

/** What windows are told of cases, and how they work them. */
const text = z.string()
const when = z.int().nonnegative()

export const casesTopic = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        id: text,
        reason: text,
        state: z.enum(CASE_STATES),
        job: text.optional(),
        drive: text.optional(),
        arrival: text.optional(),
        owner: text.optional(),
        openedAt: when,
        dueAt: when.optional(),
        /** What can be done about it, the likeliest first; with an instant when it is not time for it yet. */
        deeds: z.array(
          z.strictObject({
            deed: text,
            who: z.enum(['anyone', 'supervisor', 'two']),
            fromAt: when.optional(),
            wants: z.enum(['ask-first', 'job', 'count']).optional(),
          }),
        ),
        /** What people did about it, oldest first. */
        log: z.array(
          z.strictObject({
            at: when,
            by: text,
            did: text,
            how: text.optional(),
            words: text.optional(),
            count: z.int().optional(),
            photo: text.optional(),
            second: text.optional(),
          }),
        ),
        /** Whom to ask; on screens only. */
        contact: z.strictObject({ name: text, phone: text, email: text }).optional(),
        /** Jobs of its box: which of them an extra drive goes home with. */
        jobs: z.array(z.strictObject({ id: text, name: text })),
      }),
    )
    .max(200),
  /** A case waits for the badge of a second person. */
  second: z.strictObject({ case: text, deed: text }).optional(),
})

export const deedArgs = z.strictObject({
  scan: z.uuid(),
  command: z.string().regex(/^TD-[A-Z]+$/),
  case: text.optional(),
  drive: text.optional(),
  job: text.optional(),
  words: z.string().max(4_000).optional(),
  count: z.int().min(0).max(10_000).optional(),
  photo: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  reason: z.string().max(64).optional(),
  /** Where the drives of a case go home to. */
  address: jobPersonal.optional(),
})
