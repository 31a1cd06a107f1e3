/**
 * From an account's connection string to a storage URL with a SAS: the account key stays with whoever read it from the
 * environment, and what is handed on ends by itself and cannot do more than a copy needs.
 */
import { createHmac } from 'node:crypto'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'

/** The largest drives take days. A copy that is gone on with later gets a new one. */
const LIFETIME_MS = 14 * 24 * 3_600_000
/** Clocks differ. */
const EARLIER_MS = 15 * 60_000

/** Key, name and end point of the emulator, as its makers published them for everybody. */
const EMULATOR = {
  AccountName: 'devstoreaccount1',
  AccountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  BlobEndpoint: 'http://127.0.0.1:10000/devstoreaccount1',
}

/** No failure repeats the text, which holds a secret. */
export function urlFromConnection(text: string): Outcome<string, 'storage-url-invalid'> {
  const given = membersOf(text)
  const members = given.get('usedevelopmentstorage') === 'true' ? membersOf(joined(EMULATOR)) : given
  const account = members.get('accountname')
  const key = members.get('accountkey')
  const suffix = members.get('endpointsuffix') ?? 'core.windows.net'
  const protocol = members.get('defaultendpointsprotocol') ?? 'https'
  const endpoint =
    members.get('blobendpoint') ??
    (account === undefined ? undefined : `${protocol}://${account}.blob.${suffix}`)
  const signature = members.get('sharedaccesssignature')
  if (endpoint === undefined) return notUsable('it names no account')
  const base = endpoint.replace(/\/$/, '')
  if (signature !== undefined) return ok(`${base}?${signature.replace(/^\?/, '')}`)
  if (account === undefined || key === undefined) return notUsable('it has neither a key nor a SAS')
  return ok(`${base}?${accountSas(account, key, base.startsWith('https:'))}`)
}

/**
 * An account SAS for blobs (version 2020-12-06 of its published form): read, write, delete, list, add and create, on the
 * service, its containers and their blobs. The members are signed in this order.
 */
function accountSas(account: string, key: string, isHttps: boolean): string {
  const now = Date.now()
  const members = {
    sp: 'rwdlac',
    ss: 'b',
    srt: 'sco',
    st: wholeSeconds(now - EARLIER_MS),
    se: wholeSeconds(now + LIFETIME_MS),
    spr: isHttps ? 'https' : 'https,http',
    sv: '2020-12-06',
  }
  const { sp, ss, srt, st, se, spr, sv } = members
  const noAddresses = ''
  const noScope = ''
  const text = [account, sp, ss, srt, st, se, noAddresses, spr, sv, noScope, ''].join('\n')
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
  return new URLSearchParams({ ...members, sig }).toString()
}

function wholeSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`
}

function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>()
  for (const member of text.split(';')) {
    const [, name, value] = /^\s*([^=]+?)\s*=(.*)$/s.exec(member) ?? []
    if (name !== undefined && value !== undefined) members.set(name.toLowerCase(), value.trim())
  }
  return members
}

function joined(members: Record<string, string>): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join(';')
}

function notUsable(why: string) {
  return fail('storage-url-invalid', `The connection string of the storage cannot be used: ${why}.`)
}
