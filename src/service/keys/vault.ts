import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { Ids } from '../../ports/ids.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
export const MASTER_KEY_BYTES = 32

/**
 * Seals BitLocker keys for the disk: AES-256-GCM (NIST SP 800-38D) under the service's master key, a fresh 96-bit nonce
 * each time. `about` (the job and the drive) is authenticated with it, so that a sealed key moved to another row does not
 * open there. Sealed form: base64 of nonce, ciphertext and tag.
 */
export class Vault {
  private readonly key: Buffer
  private readonly ids: Ids

  /** `key`: exactly 32 bytes. */
  constructor(key: Buffer, ids: Ids) {
    this.key = key
    this.ids = ids
  }

  /** Tells two master keys apart without telling anything about them. */
  fingerprint(): string {
    return hash('sha256', Buffer.concat([Buffer.from('tallydock master key '), this.key]), 'hex').slice(0, 16)
  }

  seal(secret: string, about: string): string {
    const nonce = Buffer.from(this.ids.hex(NONCE_BYTES), 'hex')
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce)
    cipher.setAAD(Buffer.from(about, 'utf8'))
    const sealed = [cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat([nonce, ...sealed]).toString('base64')
  }

  /** Throws when the text was not sealed with this key for `about`: the database or the key was changed. */
  open(sealed: string, about: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    const body = bytes.length - TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES))
    decipher.setAAD(Buffer.from(about, 'utf8'))
    decipher.setAuthTag(bytes.subarray(body))
    return decipher.update(bytes.subarray(NONCE_BYTES, body), undefined, 'utf8') + decipher.final('utf8')
  }
}
