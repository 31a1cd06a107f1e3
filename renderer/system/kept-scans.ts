/**
 * Scans that the engine has not answered, kept beside the page: a window that is loaded anew sends them again under the
 * same names, so that no scan is lost and none counts twice.
 */
import type { WaitingScan } from '../connection/world.ts'

const KEY = 'tallydock.waiting-scans'

export function keepScans(scans: readonly WaitingScan[]): void {
  if (scans.length === 0) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, JSON.stringify(scans.map(({ scan, text, at }) => ({ scan, text, at }))))
}

/** What an earlier page left, oldest first. What is not a scan is left out: this storage is ours, but not locked. */
export function keptScans(): WaitingScan[] {
  const text = sessionStorage.getItem(KEY)
  if (text === null) return []
  const kept: unknown = JSON.parse(text)
  return Array.isArray(kept) ? kept.filter(isWaiting).map((scan) => ({ ...scan, late: true })) : []
}

function isWaiting(value: unknown): value is Omit<WaitingScan, 'late'> {
  if (typeof value !== 'object' || value === null) return false
  const { scan, text, at } = value as Record<string, unknown>
  return typeof scan === 'string' && typeof text === 'string' && typeof at === 'number'
}
