/**
 * From an account's connection string to a storage URL with a SAS: the account key stays with whoever read it from the
 * environment, and what is handed on ends by itself and cannot do more than a copy needs.
 */
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
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

function accountSas(account: string, key: string, isHttps: boolean): string {
  const now = Date.now()
  return generateAccountSASQueryParameters(
    {
      permissions: AccountSASPermissions.parse('rwdlac'),
      services: AccountSASServices.parse('b').toString(),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      protocol: isHttps ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
      startsOn: new Date(now - EARLIER_MS),
      expiresOn: new Date(now + LIFETIME_MS),
    },
    new StorageSharedKeyCredential(account, key),
  ).toString()
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
