import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { PROVIDER } from '../contract/import-export-api.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'

/** One place drives can be ordered to. A place without `alternates` takes packages itself. */
const locationShape = z.strictObject({
  /** Display name, e.g. "West US"; its compact form ("westus") is what jobs are kept under. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ]{0,62}$/),
  recipientName: z.string(),
  streetAddress1: z.string(),
  streetAddress2: z.string().default(''),
  city: z.string(),
  stateOrProvince: z.string(),
  postalCode: z.string(),
  countryOrRegion: z.string(),
  phone: z.string(),
  additionalShippingInformation: z.string().optional(),
  supportedCarriers: z.array(z.string()).min(1),
})

/** `sites` take packages; each name in `redirected` is served by the site it points at. */
const fileShape = z.strictObject({
  sites: z.array(locationShape).min(1),
  redirected: z.record(locationShape.shape.name, locationShape.shape.name).default({}),
})

export type Location = z.infer<typeof locationShape>

/** Where a job's drives go: the location as ordered, and the site that takes its packages. */
export interface Destination {
  /** Compact name of the location as ordered, e.g. `westus`. */
  readonly compact: string
  /** Its display name, e.g. `West US`. */
  readonly name: string
  /** Compact name of the site. */
  readonly siteName: string
  readonly site: Location
}

/** The table of locations, small and read once. */
export class Locations {
  private readonly destinations: ReadonlyMap<string, Destination>

  constructor(destinations: Iterable<Destination>) {
    this.destinations = new Map([...destinations].map((d) => [d.compact, d]))
  }

  /** Display name and compact name are both understood, in any case. */
  find(name: string): Destination | undefined {
    return this.destinations.get(compactName(name))
  }

  all(): readonly Destination[] {
    return [...this.destinations.values()]
  }
}

function compactName(name: string): string {
  return name.replace(/\s+/g, '').toLowerCase()
}

/** The table an operator keeps, or the one that ships with the program. */
export function readLocations(path: string): Outcome<Locations, 'locations-unreadable'> {
  const unreadable = (detail: string) =>
    fail(
      'locations-unreadable',
      `The table of locations ${path} cannot be used; correct it and start again.`,
      detail,
    )
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error))
  }
  const parsed = fileShape.safeParse(json)
  if (!parsed.success) return unreadable(z.prettifyError(parsed.error))
  const sites = parsed.data.sites.map((site) => destination(site.name, site))
  const redirected: Destination[] = []
  for (const [name, to] of Object.entries(parsed.data.redirected)) {
    const target = sites.find((d) => d.compact === compactName(to))
    if (target === undefined) return unreadable(`"${name}" points at "${to}", which is no site.`)
    redirected.push(destination(name, target.site))
  }
  return ok(new Locations([...sites, ...redirected]))
}

function destination(name: string, site: Location): Destination {
  return { compact: compactName(name), name, siteName: compactName(site.name), site }
}

/** The Location resource of the API. A place that takes packages lists itself as its alternate. */
export function locationResource({ compact, name, siteName, site }: Destination) {
  const { name: _, ...address } = site
  return {
    id: locationId(compact),
    name,
    type: `${PROVIDER}/locations`,
    properties: { ...address, alternateLocations: [locationId(siteName)] },
  }
}

/** `shippingInformation` of a job: where its drives have to be sent. */
export function shippingInformation({ site }: Destination) {
  const { name: _, supportedCarriers: __, additionalShippingInformation, ...address } = site
  return {
    ...address,
    ...(additionalShippingInformation === undefined
      ? {}
      : { additionalInformation: additionalShippingInformation }),
  }
}

const locationId = (compact: string) => `/providers/${PROVIDER}/locations/${compact}`
