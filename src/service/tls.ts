import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock } from '../ports/clock.ts'

export interface TlsFiles {
  readonly keyPath: string
  readonly certPath: string
}

export interface Tls {
  readonly key: string
  readonly cert: string
  /** What a client has to trust. */
  readonly caPath: string
}

export type TlsFailureCode = 'tls-unreadable'

const DAY_MS = 86_400_000
/** Long, because every client is told of it by hand. */
const VALID_MS = 3_650 * DAY_MS
/** Renewed at the first start that finds less than this left. */
const RENEW_MS = 30 * DAY_MS
/** Against clocks of clients that are a little behind. */
const BACKDATED_MS = DAY_MS

/** The operator's own certificate. */
export function readTls({ keyPath, certPath }: TlsFiles): Outcome<Tls, TlsFailureCode> {
  try {
    const tls = { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(certPath, 'utf8'), caPath: certPath }
    if (new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key))) return ok(tls)
    return unreadable(keyPath, certPath, 'The key is not the one of the certificate.')
  } catch (error) {
    return unreadable(keyPath, certPath, error instanceof Error ? error.message : String(error))
  }
}

/** The certificate in `tls/` of the data folder, made at the first start and used until it runs out. */
export async function ownTls(dataDir: string, clock: Clock): Promise<Outcome<Tls, TlsFailureCode>> {
  const dir = join(dataDir, 'tls')
  const [keyPath, certPath] = [join(dir, 'service-key.pem'), join(dir, 'service.pem')]
  if (existsSync(keyPath) && existsSync(certPath)) {
    const kept = readTls({ keyPath, certPath })
    if (!kept.ok) return kept
    if (Date.parse(new X509Certificate(kept.value.cert).validTo) - clock.now() > RENEW_MS) return kept
  }
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const made = await makeCertificate(clock.now())
    writeFileSync(`${keyPath}.new`, made.private, { mode: 0o600 })
    writeFileSync(`${certPath}.new`, made.cert, { mode: 0o644 })
    renameSync(`${keyPath}.new`, keyPath)
    renameSync(`${certPath}.new`, certPath)
  } catch (error) {
    return unreadable(keyPath, certPath, error instanceof Error ? error.message : String(error))
  }
  return readTls({ keyPath, certPath })
}

async function makeCertificate(now: number) {
  // Needed once in ten years, and half of what the service would load at each start.
  const { generate } = await import('selfsigned')
  const names = ['localhost', hostname()].filter((name) => /^[A-Za-z0-9.-]{1,253}$/.test(name))
  // Stations may know this machine by number only.
  const numbers = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => !one.internal && one.family === 'IPv4')
    .map((one) => one.address)
  return generate([{ name: 'commonName', value: 'Tallydock service' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - BACKDATED_MS),
    notAfterDate: new Date(now + VALID_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...new Set(names)].map((value) => ({ type: 2 as const, value })),
          ...['127.0.0.1', '::1', ...numbers].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  })
}

function unreadable(keyPath: string, certPath: string, detail: string): Outcome<never, TlsFailureCode> {
  return fail(
    'tls-unreadable',
    `The certificate ${certPath} with its key ${keyPath} cannot be used; correct or remove both, then start again.`,
    detail,
  )
}
