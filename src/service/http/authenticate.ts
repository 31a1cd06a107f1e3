import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../ports/clock.ts'
import type { Caller } from '../caller.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { Role, Store } from '../store/store.ts'
import { holderOf } from '../tokens.ts'
import { type Rate, RateLimit } from './rate-limit.ts'

/** What a route says of who may call it. Routes without it are open to everyone. */
export interface Allowed {
  readonly roles: readonly Role[]
}

export interface Rates {
  /** For each token. */
  readonly token: Rate
  /** Requests without a valid token, for each address. */
  readonly stranger: Rate
}

export const USUAL_RATES: Rates = {
  token: { burst: 2_000, perSecond: 500 },
  stranger: { burst: 60, perSecond: 1 },
}

export interface Admitted {
  readonly caller: Caller
  /** Requests this caller may still send at once. */
  readonly remaining: number
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i

/** Finds out who calls, before anything of the body is read. */
export class Gate {
  private readonly store: Store
  private readonly trusted: ReadonlyMap<string, Caller>
  private readonly perToken: RateLimit
  private readonly perStranger: RateLimit

  /** `trusted`: tokens that hold for this process only and are stored nowhere. */
  constructor(store: Store, clock: Clock, trusted: ReadonlyMap<string, Caller>, rates: Rates) {
    this.store = store
    this.trusted = trusted
    this.perToken = new RateLimit(clock, rates.token)
    this.perStranger = new RateLimit(clock, rates.stranger)
  }

  async admit(request: FastifyRequest, allowed: Allowed): Promise<Answer<Admitted>> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1]
    const caller = token === undefined ? undefined : await this.callerOf(token)
    // Only failures count against an address: others behind it may hold good tokens.
    if (caller === undefined) return this.refuseStranger(request.ip, token !== undefined)
    const taken = this.perToken.take(caller.actor)
    if ('waitS' in taken) return tooMany(taken.waitS)
    const refused = refuseCaller(caller, allowed, request)
    return refused ?? { ok: true, value: { caller, remaining: taken.remaining } }
  }

  /** Who holds a token that was typed into a form; only failures count against an address. */
  async signIn(token: string, address: string): Promise<Caller | 'too-many' | undefined> {
    const caller = token === '' ? undefined : await holderOf(this.store, token)
    if (caller !== undefined) return caller
    return 'waitS' in this.perStranger.take(address) ? 'too-many' : undefined
  }

  /** Whether the token of a request admitted earlier is still good. */
  async knows(request: FastifyRequest): Promise<boolean> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1]
    return token !== undefined && (await this.callerOf(token)) !== undefined
  }

  private async callerOf(token: string): Promise<Caller | undefined> {
    return this.trusted.get(token) ?? holderOf(this.store, token)
  }

  private refuseStranger(address: string, withToken: boolean): Answer<never> {
    const taken = this.perStranger.take(address)
    if ('waitS' in taken) return tooMany(taken.waitS)
    return withToken
      ? refuse(401, 'InvalidAuthenticationToken', 'The token is not known or was revoked. Ask for a new one.')
      : refuse(401, 'AuthenticationFailed', 'Send a token in the header "Authorization: Bearer …".')
  }
}

function refuseCaller(caller: Caller, allowed: Allowed, request: FastifyRequest): Answer<never> | undefined {
  if (!allowed.roles.includes(caller.role))
    return refuse(
      403,
      'AuthorizationFailed',
      `A token with the role "${caller.role}" may not do this. Use another one.`,
    )
  const asked = (request.params as { readonly subscription?: string }).subscription
  if (caller.role !== 'customer' || asked === undefined) return undefined
  // The same answer whether the other subscription exists or not.
  if (asked.toLowerCase() === caller.subscription?.toLowerCase()) return undefined
  return refuse(
    403,
    'AuthorizationFailed',
    'This token is for another subscription. Check the subscription id.',
  )
}

function tooMany(waitS: number): Answer<never> {
  return refuse(429, 'TooManyRequests', `Too many requests. Try again in ${waitS} s.`, { retryAfterS: waitS })
}
