import { hash } from 'node:crypto'

/** Lower-case hex SHA-256 over UTF-8 bytes. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** The chain over the change log: each link covers the link before, the cursor and the line's hash. */
export const nextChain = (chain: string, cursor: number, lineHash: string): string =>
  sha256(`${chain}${cursor}${lineHash}`)

/** What an entry keeps of personal data that can be erased. */
export const personalHash = (salt: string, text: string): string => sha256(salt + text)
