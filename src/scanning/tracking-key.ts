/** Tracking numbers: the key they are stored and compared by, and the base several jobs of one package share. */
import { normalForm } from './normal-form.ts'

/** The canonical form of a tracking number: upper case, blanks removed. Idempotent. */
export function trackingKey(text: string): string {
  return normalForm(text)
}

/**
 * The tracking number without the -1, -2 … that customers append when several jobs travel in one package
 * (the service takes each number for one job only). Exactly one suffix of one or two digits counts: a number
 * that still ends in such a group without it is written with hyphens (`123-45-67`) and stays whole, which also
 * keeps the function idempotent.
 */
export function trackingBase(text: string): string {
  const key = trackingKey(text)
  const base = withoutSuffix(key)
  return base.length < 4 || withoutSuffix(base) !== base ? key : base
}

function withoutSuffix(key: string): string {
  return key.replace(/-[1-9]\d?$/, '')
}
