import { z } from 'zod'

/**
 * The personal members of a job: what travels beside a `job-put` or `job-updated` entry under the key `job:<id>` and can
 * be erased. Names as in the published API. A station needs them to print the way home.
 */
const returnAddress = z.object({
  recipientName: z.string(),
  streetAddress1: z.string(),
  streetAddress2: z.string().optional(),
  city: z.string(),
  stateOrProvince: z.string().optional(),
  postalCode: z.string(),
  countryOrRegion: z.string(),
  phone: z.string(),
  email: z.string(),
})

export const jobPersonal = z.object({
  returnAddress: returnAddress.optional(),
  returnShipping: z.object({ carrierName: z.string(), carrierAccountNumber: z.string() }).optional(),
})
export type JobPersonal = z.infer<typeof jobPersonal>

export const jobPersonalKey = (job: string): string => `job:${job}`
