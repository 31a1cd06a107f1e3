/** Groups a tracking number the way carriers print it, so that a person can read it aloud. Pure. */
const UPS = /^(1Z)(\w{3})(\w{3})(\w{2})(\w{4})(\w{4})$/
const DIGITS = /^\d{10,}$/

export function groupTracking(tracking: string): string {
  const ups = UPS.exec(tracking)
  if (ups !== null) return ups.slice(1).join(' ')
  return DIGITS.test(tracking) ? tracking.replace(/(\d{4})(?=\d)/g, '$1 ') : tracking
}
