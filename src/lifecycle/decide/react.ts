import { event, type LifeEvent } from '../events.ts'
import { OVERTAKEN } from '../states.ts'
import type { Draft } from './draft.ts'
import { releaseHolds } from './release-holds.ts'

/**
 * What a station does by itself when the service tells it something. `fact` is the station's own entry that a refusal
 * points at. Pure; answers nothing for news that needs no deed.
 */
export function react(draft: Draft, news: LifeEvent, fact: LifeEvent | undefined): void {
  if (news.kind === 'job-announced') {
    releaseHolds({ draft }, news.body.job)
    return
  }
  if (news.kind === 'job-updated') {
    const { job, changes } = news.body
    // The customer has put right what somebody was about to ask for.
    for (const { id, reason } of draft.hood.find('case', 'job', job))
      if (
        (reason === 'return-address-missing' && changes.hasReturnAddress === true) ||
        (reason === 'carrier-account-missing' && changes.hasCarrierAccount === true)
      )
        draft.tryAdd(event('case-resolved', { case: id }))
    return
  }
  if (news.kind !== 'consequence-refused' || fact === undefined) return
  // Others were faster and nothing went wrong: what is true now is shown, and nobody has to do anything.
  if (news.body.code === OVERTAKEN) return
  if (fact.kind !== 'drive-received') {
    draft.openCase(
      'consequence-refused',
      'job' in fact.body && typeof fact.body.job === 'string' ? { job: fact.body.job } : {},
    )
    return
  }
  const { job, serial, arrival } = fact.body
  const gone = draft.hood.get('job', job)?.state === 'Deleted'
  if (!gone) {
    draft.openCase('consequence-refused', { job, serial, arrival })
    return
  }
  // Rule 1: a drive received for a job that was deleted meanwhile is held; its custody outlives the job.
  draft.tryAdd({ kind: 'drive-held', body: { serial, job, arrival, because: 'job-gone' } })
  draft.openCase('job-gone', { job, serial, arrival })
}
