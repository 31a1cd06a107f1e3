import type { Verdict } from '../records.ts'
import { personAt } from './authority.ts'
import { ask, type ScanContext } from './context.ts'
import { DEED_CODES } from './deeds.ts'
import { refused } from './pack-drive.ts'
import { confirmDeed } from './work-case.ts'

/** A badge: confirms what waits for a second person, takes over a shift, or signs its person in. */
export function scanBadge(context: ScanContext, badge: string): Verdict {
  const known = context.aids.people?.known(badge)
  if (known === undefined) return refused('badge-unknown', 'scan-next', {})
  const { asked } = context
  if (asked?.ask.what === 'second-person') return confirm(context, badge)
  if (asked?.ask.what === 'hand-over') return handOver(context, asked.ask.subject ?? '', badge)
  return signIn(context, badge)
}

function signIn(context: ScanContext, badge: string): Verdict {
  context.draft.add('signed-in', { person: badge, role: 'operator' })
  if (context.aids.people?.known(badge)?.role !== 'supervisor')
    return { verdict: 'command', say: 'signed-in', next: 'scan-next', facts: { person: badge } }
  // Works at once with what everybody may do; the PIN opens the rest.
  ask(context, { what: 'pin', subject: badge }, badge)
  return { verdict: 'command', say: 'signed-in-pin', next: 'give-pin', facts: { person: badge } }
}

/** The PIN of the supervisor whose badge was scanned before. It is in no entry, right or wrong. */
export function givePin(context: ScanContext, pin: string): Verdict {
  const { asked } = context
  const person = asked?.ask.what === 'pin' ? asked.ask.subject : personAt(context)?.id
  if (person === undefined) return refused('nobody-signed-in', 'scan-your-badge', {})
  const known = context.aids.people?.known(person)
  if (known?.role !== 'supervisor') return refused('pin-not-needed', 'scan-next', { person })
  if (context.aids.people?.isPinOf(person, pin) !== true) {
    ask(context, { what: 'pin', subject: person }, person)
    return refused('pin-wrong', 'give-pin', { person })
  }
  context.draft.add('signed-in', { person, role: 'supervisor' })
  return { verdict: 'command', say: 'signed-in-supervisor', next: 'scan-next', facts: { person } }
}

/** TD-SIGNOUT. */
export function signOut(context: ScanContext): Verdict {
  const person = personAt(context)
  if (person === undefined) return refused('nobody-signed-in', 'scan-your-badge', {})
  context.draft.add('signed-out', { person: person.id })
  return { verdict: 'command', say: 'signed-out', next: 'scan-your-badge', facts: { person: person.id } }
}

/** TD-HANDOVER: the next badge takes over this shift, with what its person has open. */
export function askHandOver(context: ScanContext): Verdict {
  const person = personAt(context)
  if (person === undefined) return refused('nobody-signed-in', 'scan-your-badge', {})
  ask(context, { what: 'hand-over', subject: person.id }, person.id)
  return { verdict: 'look-up', say: 'hand-over', next: 'scan-next-badge', facts: { person: person.id } }
}

function handOver(context: ScanContext, from: string, badge: string): Verdict {
  const { draft } = context
  if (badge === from) return refused('same-person', 'scan-next-badge', { person: badge })
  draft.add('signed-in', { person: badge, role: 'operator', from })
  const theirs = draft.hood.all('case').filter((one) => one.owner === from && one.state !== 'resolved')
  for (const { id } of theirs) draft.add('case-taken', { case: id, owner: badge })
  return {
    verdict: 'command',
    say: 'handed-over',
    next: 'scan-next',
    facts: { person: badge, cases: theirs.length },
  }
}

function confirm(context: ScanContext, badge: string): Verdict {
  const { asked } = context
  const first = personAt(context)?.id
  const about =
    asked?.ask.subject === undefined ? undefined : context.draft.hood.get('case', asked.ask.subject)
  const deed = DEED_CODES.find((code) => code === asked?.text)
  if (about === undefined || deed === undefined) return refused('case-gone', 'scan-next', {})
  if (badge === first) {
    ask(context, { what: 'second-person', subject: about.id }, deed)
    return refused('same-person', 'scan-second-badge', { person: badge })
  }
  return confirmDeed(context, about, deed, badge)
}
