import { z } from 'zod'

/**
 * Bodies of the import/export REST API (resource provider `Microsoft.ImportExport`, api-versions 2016-11-01, 2020-08-01
 * and 2021-01-01). One shape takes the union of the three; answers always have the newest.
 *
 * `null` means "not given", as the published client sends it. Members nobody knows are ignored, as the published service
 * does; members that only the service fills are accepted and ignored where they are harmless, so that a job read by GET
 * can be sent back by PUT.
 */
export const API_VERSIONS = ['2016-11-01', '2020-08-01', '2021-01-01'] as const

export const PROVIDER = 'Microsoft.ImportExport'

const LONGEST_LINE = 256
const LONGEST_PATH = 2_048

/** Present, or absent (also when sent as null). */
const maybe = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? undefined)
/** Like `maybe`, and an empty text also means absent. */
const maybeText = <T extends z.ZodType>(shape: T) =>
  z.preprocess((v) => (v === '' ? undefined : v), maybe(shape))

const printable = (longest: number) =>
  z
    .string()
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
const line = printable(LONGEST_LINE)
const filledLine = line.refine((text) => text.trim() !== '', 'must not be empty')
const path = printable(LONGEST_PATH)

const returnAddress = z.object({
  recipientName: filledLine,
  streetAddress1: filledLine,
  /** Answers hold it even when it was not sent. */
  streetAddress2: maybe(line).transform((text) => text ?? ''),
  city: filledLine,
  stateOrProvince: maybe(line),
  postalCode: filledLine,
  countryOrRegion: filledLine,
  phone: filledLine,
  email: filledLine,
})

const returnShipping = z.object({ carrierName: filledLine, carrierAccountNumber: filledLine })

export const deliveryPackage = z.object({
  carrierName: filledLine,
  trackingNumber: filledLine,
  driveCount: maybe(z.int('must be a whole number').nonnegative('must not be negative')),
  shipDate: maybe(line),
})
export type DeliveryPackage = z.infer<typeof deliveryPackage>

/** What travels beside a journal entry of a job, where it can be erased; a label is printed from it. */
export const jobPersonal = z.strictObject({
  returnAddress: returnAddress.optional(),
  returnShipping: returnShipping.optional(),
})
export type JobPersonal = z.infer<typeof jobPersonal>

/** Where the personal members of a job are kept, beside the journal. */
export const jobPersonalKey = (job: string): string => `job:${job}`
/** Where an address is kept that a person answered to a case with, in the same form. */
export const casePersonalKey = (about: string): string => `case:${about}`

const driveSerial = printable(128).refine(
  (text) => /^[\x21-\x7e]{1,64}$/.test(text.replace(/\s+/g, '')),
  'must be the hardware serial number: 1 to 64 printable ASCII characters',
)

export const driveEntry = z.object({
  driveId: driveSerial,
  bitLockerKey: maybeText(line),
  manifestFile: maybeText(path),
  manifestHash: maybeText(
    z
      .string()
      .regex(/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})$/, 'must be 32 (MD5) or 64 (SHA-256) hexadecimal digits'),
  ),
  /** Answers hold it exactly when it was sent, also when empty. */
  driveHeaderHash: maybe(printable(8_192)),
})
export type DriveEntry = z.infer<typeof driveEntry>

const MOST_DRIVES = 10
const driveList = z.array(driveEntry).max(MOST_DRIVES, `must hold at most ${MOST_DRIVES} drives`)

const CONTAINER = /^(?:\$root|\$logs|\$web|(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*)$/
const blobPath = path.refine((text) => {
  const [container = '', ...blob] = text.replace(/^\//, '').split('/')
  return CONTAINER.test(container) && blob.join('/') !== ''
}, 'must be "<container>/<blob>"')
const blobPathPrefix = path.startsWith('/', 'must begin with "/"')
const MOST_PATHS = 10_000

const exportSection = z
  .object({
    blobList: maybe(
      z.object({
        blobPath: maybe(z.array(blobPath).max(MOST_PATHS)),
        blobPathPrefix: maybe(z.array(blobPathPrefix).max(MOST_PATHS)),
      }),
    ),
    blobListBlobPath: maybeText(blobPath),
    /** Spelling of the first published version. */
    blobListblobPath: maybeText(blobPath),
  })
  .transform(({ blobList, blobListBlobPath, blobListblobPath }) => ({
    blobPath: blobList?.blobPath ?? [],
    blobPathPrefix: blobList?.blobPathPrefix ?? [],
    blobListBlobPath: blobListBlobPath ?? blobListblobPath,
  }))
export type ExportSection = z.infer<typeof exportSection>

/** Free-form, as published; bounded so that a job stays readable. */
const tags = z
  .record(z.string().max(512), z.unknown())
  .refine((value) => JSON.stringify(value).length <= 16_384, 'must have at most 16384 characters as JSON')

const logLevel = z.enum(['Error', 'Verbose'], 'must be "Error" or "Verbose"')

export const putJobBody = z.object({
  location: filledLine,
  tags: maybe(tags),
  identity: maybe(z.object({ type: maybe(line) })),
  properties: z.object({
    storageAccountId: printable(1_024).refine((text) => text.trim() !== '', 'must not be empty'),
    jobType: z.enum(['Import', 'Export'], 'must be "Import" or "Export"'),
    returnAddress: maybe(returnAddress),
    returnShipping: maybe(returnShipping),
    deliveryPackage: maybe(deliveryPackage),
    diagnosticsPath: maybeText(path),
    logLevel: maybeText(logLevel),
    backupDriveManifest: maybe(z.boolean('must be true or false')),
    driveList: maybe(driveList),
    export: maybe(exportSection),
    encryptionKey: maybe(
      z.object({
        kekType: maybe(z.enum(['MicrosoftManaged', 'CustomerManaged'])),
        kekUrl: maybe(path),
        kekVaultResourceID: maybe(path),
      }),
    ),
    /** Filled by the service; another value than the present one is refused, never silently dropped. */
    state: maybeText(line),
    cancelRequested: maybe(z.boolean('must be true or false')),
  }),
})
export type PutJobBody = z.infer<typeof putJobBody>

const notPatchable = maybe(z.undefined('cannot be changed by PATCH'))

export const patchJobBody = z.object({
  tags: maybe(tags),
  properties: z.preprocess(
    (value) => value ?? {},
    z.object({
      cancelRequested: maybe(z.literal(true, 'can only be set to true')),
      /** An empty text is what published examples send; it means "unchanged". */
      state: maybeText(z.literal('Shipping', 'can only be set to "Shipping"')),
      returnAddress: maybe(returnAddress),
      returnShipping: maybe(returnShipping),
      deliveryPackage: maybe(deliveryPackage),
      logLevel: maybeText(logLevel),
      backupDriveManifest: maybe(z.boolean('must be true or false')),
      driveList: maybe(driveList),
      storageAccountId: notPatchable,
      jobType: notPatchable,
      diagnosticsPath: notPatchable,
      export: notPatchable,
      encryptionKey: notPatchable,
    }),
  ),
})
export type PatchJobBody = z.infer<typeof patchJobBody>
