/**
 * The hashes of a ledger. All are lower-case hex SHA-256 (FIPS 180-4) over UTF-8 bytes, so that a journal can be checked
 * with any tool.
 */
import { hash } from 'node:crypto'

/** Hash of an entry's exact text (`entryText` of the contract), and the `prev` of the entry after it. */
export const textHash = (text: string): string => hash('sha256', text, 'hex')

/** The chain over received entries: each link covers the link before, the service's cursor and the entry's hash. */
export const nextChain = (chain: string, cursor: number, entryHash: string): string =>
  textHash(`${chain}${cursor}${entryHash}`)

/** What an entry keeps of personal data that can be erased. The salt has a fixed length, so the seam is certain. */
export const personalHash = (salt: string, text: string): string => textHash(salt + text)
