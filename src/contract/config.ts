import { z } from 'zod'

/**
 * A station's `config.json`. Written with explicit values at first start, so that nothing a dock depends on is implied;
 * edited by people. Unknown members are refused: a misspelt setting must not look like a working one.
 */
const storageUrl = z
  .string()
  .regex(
    /^(folder:\/|https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))/,
    'must be folder:/… or https://…',
  )

/** What a printer is written to in: PDF, or ZPL for a head of so many dots per inch. */
const dpi = z.literal([203, 300])
const pdf = { language: z.literal('pdf'), dpi: dpi.optional() }
const zpl = { language: z.literal('zpl'), dpi }

/** A queue of this computer's print system, as that calls it. Not beginning with a hyphen: it is an argument of programs. */
const queue = {
  kind: z.literal('queue'),
  name: z.string().regex(/^(?!-)\P{Cc}{1,255}$/u, 'the name of a print queue'),
}
/** A printer that takes documents as they are on a TCP port. */
const raw = {
  kind: z.literal('port-9100'),
  host: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'a host name or an address'),
  port: z.int().min(1).max(65_535),
}
const folder = z.strictObject({ kind: z.literal('folder') })
const queuePdf = z.strictObject({ ...queue, ...pdf, language: pdf.language.default('pdf') })
const rawPdf = z.strictObject({ ...raw, ...pdf })

const pagePrinter = z.discriminatedUnion('kind', [folder, queuePdf, rawPdf])
const labelPrinter = z.discriminatedUnion('kind', [
  folder,
  z.discriminatedUnion('language', [queuePdf, z.strictObject({ ...queue, ...zpl })]),
  z.discriminatedUnion('language', [rawPdf, z.strictObject({ ...raw, ...zpl })]),
])
export type PrinterConfig = z.infer<typeof labelPrinter>

export const stationConfig = z.strictObject({
  /** Name of this station in every entry; never changes once entries exist. */
  station: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and hyphens'),
  /** Compact location name of the dock (`westus`): drives of jobs for another location are held and sent on. */
  site: z.string().regex(/^[a-z0-9]{1,64}$/, 'lower-case letters and digits'),
  /** Sender on return labels. */
  sender: z.strictObject({ name: z.string().min(1), lines: z.array(z.string()).max(6) }),
  /** The service of this dock; absent means the embedded one. */
  service: z.strictObject({ url: z.url(), ca: z.string().optional() }).optional(),
  /** Port of the embedded service on loopback; 0 chooses a free one. */
  servicePort: z.int().min(0).max(65_535),
  /** Where blobs of a storage account go, by its resource id or its last part. Secrets are named (`env:NAME`), not written. */
  storageAccounts: z.record(z.string(), storageUrl),
  /** Used for accounts not listed above. Absent: such a job waits with a case. */
  defaultStorage: storageUrl.optional(),
  /** How much is proven before a drive counts as copied. */
  proof: z.enum(['manifest', 'read-back']),
  /** Most drives copied at once. */
  copiesAtOnce: z.int().min(1).max(64),
  /** Bay names by physical slot (USB port path, loop device or virtual slot). A slot without a name is its own name. */
  bays: z.record(z.string(), z.string().regex(/^[A-Z0-9-]{1,12}$/)),
  /** Language of papers and of `tallydock scan`; the window follows the person. English when absent. */
  language: z.enum(['en', 'nl', 'sv', 'fr']).optional(),
  /** Path of the list of virtual drives; absent on a dock with real ones only. */
  virtualDrives: z.string().optional(),
  /** Printers for labels and for lists on office paper. `folder`: files in `labels/` of the data folder; also when absent. */
  printers: z.strictObject({ label: labelPrinter, page: pagePrinter }).optional(),
  /** Loop devices that count as drives (`loop3`), with the serial on their label if they have one. */
  loopDrives: z.array(z.strictObject({ name: z.string().regex(/^loop\d+$/), serial: z.string().optional() })),
})
export type StationConfig = z.infer<typeof stationConfig>

/** Member and reason of each fault, one line each. */
export function configFaults(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'config.json'}: ${issue.message}`).join('; ')
}
