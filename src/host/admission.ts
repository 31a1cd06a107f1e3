/**
 * Judges every request that reaches the browser host, before anything else looks at it. Pure.
 *
 * The port is open to every program and web page on the machine, so being on loopback proves nothing. `Host` must be ours,
 * or a foreign name was pointed at this address (DNS rebinding). `Origin` and `Sec-Fetch-Site` must be ours or absent, or
 * another page, perhaps on another port of this machine, makes a browser ask; cookies alone do not tell, because they know
 * no ports. And the browser must have been let in.
 */

import type { SessionStanding } from './window-sessions.ts'

/** What is looked at. Headers as Node gives them, lower-case; `undefined` when absent. */
export interface Knock {
  readonly method: string | undefined
  /** Path and query as requested. */
  readonly target: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly cookie: string | undefined
  /** Asks for a WebSocket: browsers always send an `Origin` then, and nothing else may come in. */
  readonly upgrade: boolean
}

export interface Door {
  /** `127.0.0.1:PORT`. */
  readonly authority: string
  readonly cookieName: string
  standing(session: string): SessionStanding
  /** Whether a ticket is good; it is spent by asking. */
  spend(ticket: string): boolean
}

export type Admission =
  /** `renew`: its session grows old, give it a new one. */
  | { readonly verdict: 'enter'; readonly renew: boolean }
  /** Let in by a ticket: open a session, and show the window under its plain address. */
  | { readonly verdict: 'welcome' }
  /** In already: show the window under its plain address. */
  | { readonly verdict: 'forward' }
  | { readonly verdict: 'refuse'; readonly reason: RefusalReason }

export type RefusalReason = 'wrong-host' | 'foreign-page' | 'wrong-method' | 'used-ticket' | 'not-let-in'

export function admit(knock: Knock, door: Door): Admission {
  if (knock.host !== door.authority) return refuse('wrong-host')
  if (!ownPage(knock, door)) return refuse('foreign-page')
  if (knock.method !== 'GET' && knock.method !== 'HEAD') return refuse('wrong-method')
  const standings = cookiesNamed(door.cookieName, knock.cookie).map((session) => door.standing(session))
  const inside = standings.some((standing) => standing !== 'unknown')
  const ticket = knock.upgrade ? undefined : ticketIn(knock.target)
  if (ticket === undefined)
    return inside ? { verdict: 'enter', renew: !standings.includes('good') } : refuse('not-let-in')
  // Only a page that is really asked for spends a ticket, not a program that looks whether the address answers.
  const good = knock.method === 'GET' && door.spend(ticket)
  if (inside) return { verdict: 'forward' }
  return good ? { verdict: 'welcome' } : refuse('used-ticket')
}

function refuse(reason: RefusalReason): Admission {
  return { verdict: 'refuse', reason }
}

function ownPage(knock: Knock, door: Door): boolean {
  if (knock.origin === undefined ? knock.upgrade : knock.origin !== `http://${door.authority}`) return false
  return knock.fetchSite === undefined || knock.fetchSite === 'same-origin' || knock.fetchSite === 'none'
}

/** The ticket of `/?token=…`; no other address carries one. */
function ticketIn(target: string): string | undefined {
  const [path, query] = target.split('?', 2)
  if (path !== '/' || query === undefined) return undefined
  return new URLSearchParams(query).get('token') ?? undefined
}

/** Every value under that name: a page on another port of this machine may have set one of its own. */
function cookiesNamed(name: string, header: string | undefined): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}
