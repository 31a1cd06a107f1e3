/** The one form in which tracking numbers are stored and compared: upper case, no blanks, hyphens kept. Idempotent. */
export function trackingKey(text: string): string {
  return text.replace(/\s+/g, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/**
 * The tracking number without the -1, -2 … that customers append when several jobs share a package (the published
 * service takes a number for one job only). A number that still ends in such a group without its suffix is written with
 * hyphens (`123-45-67`) and stays whole, as does one that would be left with fewer than four characters. Idempotent.
 */
export function trackingBase(text: string): string {
  const key = trackingKey(text)
  const base = withoutSuffix(key)
  return base.length < 4 || withoutSuffix(base) !== base ? key : base
}

function withoutSuffix(key: string): string {
  return key.replace(/-[1-9]\d?$/, '')
}
