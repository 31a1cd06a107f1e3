import type { IncomingMessage } from 'node:http'
import type { Knock } from './admission.ts'

/** What admission looks at, from a request of either kind. */
export function knockOf(request: IncomingMessage, upgrade: boolean): Knock {
  const { host, origin, cookie, 'sec-fetch-site': site } = request.headers
  return {
    method: request.method,
    target: request.url ?? '',
    host,
    origin,
    fetchSite: Array.isArray(site) ? site.join() : site,
    cookie,
    upgrade,
  }
}
