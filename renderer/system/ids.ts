/** A name for a scan that nobody else gives. Made once, used on every retry. */
export function newScanId(): string {
  return crypto.randomUUID()
}
