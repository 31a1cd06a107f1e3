import { workOf } from '../evolve/people.ts'
import type { CaseRecord, SignedIn, Verdict } from '../records.ts'
import { ask, type ScanContext } from './context.ts'
import { AUTHORITY, type DeedCode, EYES_ONLY } from './deeds.ts'
import { refused } from './pack-drive.ts'

/** Who is signed in at this station. */
export function personAt(context: ScanContext): SignedIn | undefined {
  return workOf(context.draft.hood, context.station).person
}

/**
 * Whether whoever is here may do this; a refusal says what is missing. On a dock without badges what takes one person is
 * anyone's, and what takes two cannot be done.
 */
export function mayDo(context: ScanContext, deed: DeedCode): Verdict | undefined {
  const authority = AUTHORITY[deed]
  const { people } = context.aids
  const badges = people?.any() === true
  if (!badges) return authority === 'two' ? refused('badges-missing', 'supervisor', {}) : undefined
  const person = personAt(context)
  if (authority === 'anyone' && deed !== 'TD-TAKE') return undefined
  if (person === undefined) return refused('nobody-signed-in', 'scan-your-badge', {})
  const ranked = authority === 'supervisor' || (authority === 'two' && !EYES_ONLY.has(deed))
  if (ranked && person.role !== 'supervisor')
    return refused('supervisor-only', 'scan-supervisor-badge', { person: person.id })
  return undefined
}

/** Stops and asks for the badge of a second person: the deed is done when it is scanned. */
export function askSecond(context: ScanContext, about: CaseRecord, deed: DeedCode): Verdict {
  ask(context, { what: 'second-person', subject: about.id }, deed)
  return {
    verdict: 'look-up',
    say: 'second-person-wanted',
    next: 'scan-second-badge',
    facts: { deed, reason: about.reason },
    ...(about.serial === undefined ? {} : { drive: about.serial }),
  }
}
