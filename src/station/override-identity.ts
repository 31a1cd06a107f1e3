import type { Entry } from '../contract/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { event, type LifeEvent } from '../lifecycle/events.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import { driveKey } from '../lifecycle/records.ts'

/** What two people decide about a drive whose identity is contradicted. */
export interface IdentityOverride {
  readonly serial: string
  /** Who asks for it. */
  readonly actor: string
  /** Who has looked as well: somebody else. */
  readonly second: string
  readonly reason: string
}

type OverrideCode =
  | 'override-not-needed'
  | 'override-needs-second'
  | 'override-needs-reason'
  | 'ledger-failed'

/**
 * Rule 14: a contradicted identity is overridden by a second person or the drive stays held. The entry names both people
 * and the reason; the hold ends, its case is resolved, and the drive may go into a bay again. An override settles who the
 * drive is. It does not touch what its manifest must prove: the job's hash of it.
 */
export function overrideIdentity(
  ledger: Ledger,
  { serial, actor, second, reason }: IdentityOverride,
): Outcome<readonly Entry[], OverrideCode> {
  const custody = ledger.get('custody', serial)
  const drive = custody?.job === undefined ? undefined : ledger.get('drive', driveKey(custody.job, serial))
  if (custody === undefined || drive?.identity !== 'contradicted')
    return fail('override-not-needed', 'Nothing contradicts who this drive is; there is nothing to override.')
  if (second.trim() === '' || second.trim().toLowerCase() === actor.trim().toLowerCase())
    return fail('override-needs-second', 'A second person has to agree; let somebody else sign as well.')
  if (reason.trim() === '')
    return fail('override-needs-reason', 'Say what was looked at; the reason is kept in the journal.')

  const compared = { by: actor, second: second.trim(), reason: reason.trim() }
  const events: LifeEvent[] = [
    event('identity-judged', { job: drive.job, serial, verdict: 'overridden', compared }),
  ]
  if (custody.heldBecause === 'identity')
    events.push(event('drive-shelved', { serial, tray: custody.tray ?? '' }))
  for (const { id, reason: about, state } of ledger.find('case', 'serial', serial))
    if (about === 'identity-contradicted' && state !== 'resolved')
      events.push(event('case-resolved', { case: id }))
  const written = ledger.decide({ serials: [serial], jobs: [drive.job] }, actor, () => ({
    events: events.map((one, at) => (at === 0 ? one : { ...one, pointsAt: { index: 0 } })),
    result: undefined,
  }))
  if (!written.ok) return fail('ledger-failed', written.failure.sentence, written.failure.detail)
  return ok(written.value.entries)
}
