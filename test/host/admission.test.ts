import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admit, type Door, type Knock } from '../../src/host/admission.ts'

const AUTHORITY = '127.0.0.1:4711'

function door(): Door & { readonly spent: string[] } {
  const spent: string[] = []
  return {
    authority: AUTHORITY,
    cookieName: 'tallydock-4711',
    standing: (session) => (session === 'session' ? 'good' : session === 'old' ? 'to-be-renewed' : 'unknown'),
    spend: (ticket) => {
      spent.push(ticket)
      return ticket === 'ticket'
    },
    spent,
  }
}

const inside: Knock = {
  method: 'GET',
  target: '/',
  host: AUTHORITY,
  origin: undefined,
  fetchSite: 'same-origin',
  cookie: 'tallydock-4711=session',
  upgrade: false,
}
const socket: Knock = { ...inside, upgrade: true, target: '/engine', origin: `http://${AUTHORITY}` }

describe('admission', () => {
  it.each<[string, Knock, string]>([
    ['a page of ours', inside, 'enter'],
    ['a socket of ours', socket, 'enter'],
    ['a typed address', { ...inside, fetchSite: 'none' }, 'enter'],
    ['a client that tells no site', { ...inside, fetchSite: undefined }, 'enter'],
    ['a browser with other cookies too', { ...inside, cookie: 'a=b; tallydock-4711=session; c' }, 'enter'],
    [
      'a cookie of ours behind a forged one',
      { ...inside, cookie: 'tallydock-4711=x; tallydock-4711=session' },
      'enter',
    ],
    ['a printed address', { ...inside, cookie: undefined, target: '/?token=ticket' }, 'welcome'],
    ['a printed address where one is in already', { ...inside, target: '/?token=ticket' }, 'forward'],
  ])('lets in %s', (_what, knock, verdict) => {
    expect(admit(knock, door()).verdict).toBe(verdict)
  })

  it('has the session of a browser renewed that has only an old one', () => {
    const cookies = ['old', 'session', 'x; tallydock-4711=old', 'old; tallydock-4711=session']

    expect(cookies.map((cookie) => admit({ ...inside, cookie: `tallydock-4711=${cookie}` }, door()))).toEqual(
      [
        { verdict: 'enter', renew: true },
        { verdict: 'enter', renew: false },
        { verdict: 'enter', renew: true },
        { verdict: 'enter', renew: false },
      ],
    )
  })

  it.each<[string, Knock, string]>([
    ['a name that was pointed at this machine', { ...inside, host: 'evil.example:4711' }, 'wrong-host'],
    ['another name of this machine', { ...inside, host: 'localhost:4711' }, 'wrong-host'],
    ['another port', { ...inside, host: '127.0.0.1:4712' }, 'wrong-host'],
    ['a request without a host', { ...inside, host: undefined }, 'wrong-host'],
    ['a page elsewhere', { ...inside, origin: 'https://evil.example' }, 'foreign-page'],
    ['a page on another port here', { ...inside, origin: 'http://127.0.0.1:8080' }, 'foreign-page'],
    ['a page without an origin of its own', { ...inside, origin: 'null' }, 'foreign-page'],
    ['a link on another port here', { ...inside, fetchSite: 'same-site' }, 'foreign-page'],
    ['a picture on a page elsewhere', { ...inside, fetchSite: 'cross-site' }, 'foreign-page'],
    ['a socket of a page elsewhere', { ...socket, origin: 'https://evil.example' }, 'foreign-page'],
    ['a socket of no page', { ...socket, origin: undefined }, 'foreign-page'],
    ['a form', { ...inside, method: 'POST' }, 'wrong-method'],
    ['a browser that was not let in', { ...inside, cookie: undefined }, 'not-let-in'],
    ['a guessed cookie', { ...inside, cookie: 'tallydock-4711=guess' }, 'not-let-in'],
    ['a cookie of another station', { ...inside, cookie: 'tallydock-4712=session' }, 'not-let-in'],
    [
      'a socket with a ticket instead of a cookie',
      { ...socket, cookie: undefined, target: '/?token=ticket' },
      'not-let-in',
    ],
    ['a guessed ticket', { ...inside, cookie: undefined, target: '/?token=guess' }, 'used-ticket'],
    ['a ticket for another path', { ...inside, cookie: undefined, target: '/x?token=ticket' }, 'not-let-in'],
  ])('refuses %s', (_what, knock, reason) => {
    expect(admit(knock, door())).toEqual({ verdict: 'refuse', reason })
  })

  it('spends no ticket on a look, or on one who may not ask at all', () => {
    const asked = door()
    const printed = { ...inside, cookie: undefined, target: '/?token=ticket' }

    admit({ ...printed, method: 'HEAD' }, asked)
    admit({ ...printed, fetchSite: 'cross-site' }, asked)
    admit({ ...printed, host: 'evil.example' }, asked)

    expect(asked.spent).toEqual([])
  })

  it('lets nobody in who has neither cookie nor ticket, whatever is asked', () => {
    const text = fc.option(fc.string(), { nil: undefined })
    const knock = fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'POST'),
      target: fc.oneof(
        fc.webPath(),
        fc.string(),
        fc.constantFrom('/', '/engine', '/?token=', '/?token=guess'),
      ),
      host: fc.oneof(fc.constant(AUTHORITY), text),
      origin: fc.oneof(fc.constant(`http://${AUTHORITY}`), text),
      fetchSite: fc.oneof(fc.constant('same-origin'), text),
      cookie: fc.oneof(
        text,
        fc.string().map((value) => `tallydock-4711=${value}`),
      ),
      upgrade: fc.boolean(),
    })

    fc.assert(
      fc.property(knock, (one) => {
        fc.pre(!(one.cookie ?? '').includes('session') && !one.target.includes('token=ticket'))
        expect(admit(one, door()).verdict).toBe('refuse')
      }),
    )
  })
})
