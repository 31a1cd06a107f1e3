/** Everything random comes from here, so that a test can replay it. */
export interface Ids {
  /** A new UUID, lower case with hyphens. Time-ordered where the adapter can. */
  uuid(): string
  /** `length` characters of Crockford base 32 (no I, L, O, U): safe to print and to read aloud. */
  code(length: number): string
  /** `length` random bytes as lower-case hex (2 × length characters), fit for salts and tokens. */
  hex(length: number): string
}
