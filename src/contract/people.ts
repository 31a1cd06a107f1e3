import { z } from 'zod'

/**
 * `people.json` of a data folder: who has a badge at this station. Names and PINs stay here; entries carry the badge
 * alone. A PIN is kept as its scrypt hash (RFC 7914; N 16384, r 8, p 1, 32 bytes), in hex, behind its salt.
 */
export const peopleFile = z.strictObject({
  people: z.array(
    z.strictObject({
      /** What is printed on the badge after `TD-BADGE-`. */
      badge: z.string().regex(/^[0-9A-Z-]{1,32}$/, 'digits, capitals and hyphens'),
      name: z.string().min(1).max(100),
      role: z.enum(['operator', 'supervisor']),
      pin: z
        .strictObject({
          salt: z.string().regex(/^[0-9a-f]{32}$/),
          hash: z.string().regex(/^[0-9a-f]{64}$/),
        })
        .exactOptional(),
    }),
  ),
})
export type PeopleFile = z.infer<typeof peopleFile>
export type Person = PeopleFile['people'][number]
