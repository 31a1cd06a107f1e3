import type { ExportSection } from '../../contract/import-export-api.ts'

/** The part of a job that only the API needs; gone when the job is deleted. Holds nothing personal. */
export interface JobDocument {
  readonly job: string
  /** As PUT sent it; the answer to PUT repeats it. */
  readonly locationSent: string
  /** Compact name of the location ordered, which an alternate may serve. */
  readonly location: string
  readonly tags?: Readonly<Record<string, unknown>> | undefined
  readonly export?: ExportSection | undefined
  readonly clientTenantId?: string | undefined
  /** How far copies are that run right now, as stations tell it; high-water marks. */
  readonly progress?: JobProgress | undefined
  /** Serials in the customer's order. */
  readonly order: readonly string[]
  readonly createdBy: string
  readonly lastModifiedBy: string
  readonly lastModifiedAt: number
  /** Salted SHA-256 of the last PUT body, to know a repetition. */
  readonly put: { readonly salt: string; readonly hash: string }
}

export interface JobProgress {
  /** Of the whole job, 0 to 100. */
  readonly percent: number
  readonly drives: readonly { readonly serial: string; readonly percent: number; readonly bytes: number }[]
}
