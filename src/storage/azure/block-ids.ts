/**
 * The ids of blocks we name ourselves. The list of a blob's uncommitted blocks tells ids and sizes and nothing else, so an id
 * says whose block it is, where it belongs and what is in it: the storage took it only with bytes of that MD5, so that an
 * id in the list proves that the storage holds these bytes.
 *
 * 48 bytes: `TD`, nonce (12), first bytes of the key's SHA-256 (8), offset (6), length (4), MD5 (16). All ids of a
 * blob must be equally long.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { StagedPart } from '../../ports/blob-store.ts'

const MAGIC = Buffer.from('TD')
const ID_BYTES = 48
const NONCE_BYTES = 12

export interface OwnBlock {
  readonly id: string
  /** Rises with time, and differs for every upload. */
  readonly nonce: string
  readonly offsetBytes: number
  readonly lengthBytes: number
  readonly digest: string
}

let nonces = 0

/** Hex. Time first, then a count, so that of two of one process the later one is the greater. */
export function newNonce(): string {
  const nonce = Buffer.alloc(NONCE_BYTES)
  nonce.writeUIntBE(Date.now(), 0, 6)
  nonces = (nonces + 1) % 0x10000
  nonce.writeUInt16BE(nonces, 6)
  randomBytes(4).copy(nonce, 8)
  return nonce.toString('hex')
}

export function keyMark(key: string): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, 8)
}

/** Of one part its MD5; of several the MD5 of theirs. Upper-case hex. */
export function digestOf(parts: readonly StagedPart[]): string {
  const [first, ...more] = parts
  if (first !== undefined && more.length === 0) return first.md5
  return createHash('md5')
    .update(parts.map(({ md5 }) => md5).join(''))
    .digest('hex')
    .toUpperCase()
}

export function ownBlock(
  mark: Buffer,
  nonce: string,
  parts: readonly StagedPart[],
  range: { readonly offsetBytes: number; readonly lengthBytes: number },
): OwnBlock {
  const digest = digestOf(parts)
  const bytes = Buffer.alloc(ID_BYTES)
  MAGIC.copy(bytes, 0)
  bytes.write(nonce, 2, 'hex')
  mark.copy(bytes, 14)
  bytes.writeUIntBE(range.offsetBytes, 22, 6)
  bytes.writeUInt32BE(range.lengthBytes, 28)
  bytes.write(digest, 32, 'hex')
  return { id: bytes.toString('base64'), nonce, digest, ...range }
}

/** Undefined: an id somebody else made, or, when `mark` is given, one of another upload. */
export function readOwnBlock(id: string, mark?: Buffer): OwnBlock | undefined {
  const bytes = Buffer.from(id, 'base64')
  if (bytes.length !== ID_BYTES || !bytes.subarray(0, 2).equals(MAGIC)) return undefined
  if (mark !== undefined && !bytes.subarray(14, 22).equals(mark)) return undefined
  return {
    id,
    nonce: bytes.toString('hex', 2, 14),
    offsetBytes: bytes.readUIntBE(22, 6),
    lengthBytes: bytes.readUInt32BE(28),
    digest: bytes.toString('hex', 32).toUpperCase(),
  }
}
