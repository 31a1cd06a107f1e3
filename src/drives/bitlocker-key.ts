import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'

/**
 * The numerical password (recovery key) of a BitLocker volume: 48 digits in eight groups of six joined by hyphens. Each
 * group is a 16-bit number times 11, hence a multiple of 11 and less than 720 896: a typing error in a group is found
 * before the key is tried. Source: Microsoft, "BitLocker recovery guide"; the forms a drive preparation tool writes.
 */
export function checkBitLockerKey(key: string): Outcome<string, 'BitLockerKeyInvalid'> {
  const groups = key.trim().split(/[\s-]+/)
  if (groups.length !== 8 || !groups.every((group) => /^\d{6}$/.test(group))) {
    return fail(
      'BitLockerKeyInvalid',
      "The job's BitLocker key is not eight groups of six digits; ask the customer for the recovery key.",
    )
  }
  const wrong = groups.findIndex((group) => Number(group) % 11 !== 0 || Number(group) >= 720_896)
  if (wrong !== -1) {
    return fail(
      'BitLockerKeyInvalid',
      `Group ${wrong + 1} of the job's BitLocker key has a typing error; ask the customer for the right key.`,
    )
  }
  return ok(groups.join('-'))
}
