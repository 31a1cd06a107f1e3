/** Settles which blobs a drive carries: selects once for the whole job, then gives this drive its share of what is left. */
import type { DriveLogStatus, ExportOrder } from '../../contract/copy-messages.ts'
import type { BlobFailure, BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import {
  type Claim,
  type PlanHead,
  PlanStore,
  sameSelection,
  selectionDigest,
  takenBy,
} from './plan-store.ts'
import { readLists, selectBlobs } from './select-blobs.ts'
import { wantedOf } from './selection.ts'
import { type BlobColumns, chooseShare, type Room, sumOf } from './share.ts'

export interface DrivePlan {
  readonly plan: PlanStore
  readonly head: PlanHead
  readonly columns: BlobColumns
  readonly claim: Claim
  readonly share: { readonly files: number; readonly bytes: number }
  /** No drive of the job carries these yet. */
  readonly left: { readonly files: number; readonly bytes: number }
}

export type Planned =
  | { readonly kind: 'planned'; readonly plan: DrivePlan }
  /** The list of blobs cannot be used, or the storage lets nobody in: a status of the whole drive. */
  | { readonly kind: 'refused'; readonly status: DriveLogStatus; readonly sentence: string }
  | {
      readonly kind: 'not-started'
      readonly code: 'storage-unreachable' | 'copy-id-in-use'
      readonly sentence: string
    }
  | { readonly kind: 'lost' }
  | { readonly kind: 'cancelled' }

export interface PlanParts {
  readonly store: BlobStore
  readonly order: ExportOrder
  readonly ask: <T>(question: () => Promise<BlobOutcome<T>>) => Promise<BlobOutcome<T>>
  readonly mayGoOn: () => Promise<boolean>
  /** Asked only when this drive has no share yet. */
  readonly room: () => Promise<Room | 'lost'>
}

export async function planDrive({ store, order, ask, mayGoOn, room }: PlanParts): Promise<Planned> {
  const plan = new PlanStore(store, order.plan, ask)
  const known = await plan.head()
  if (!known.ok) return stopped(known.failure)
  const head = known.value ?? (await select())
  if ('kind' in head) return head
  const same = sameSelection(head, order.selection)
  if (!same.ok) return { kind: 'not-started', code: 'copy-id-in-use', sentence: same.failure.sentence }
  const columns = await plan.columns(head)
  if (!columns.ok) return stopped(columns.failure)
  const claims = await plan.claims(head)
  if (!claims.ok) return stopped(claims.failure)
  let all = claims.value
  let claim = all.find(({ driveId }) => driveId === order.driveId)
  if (claim === undefined) {
    const there = await room()
    if (there === 'lost') return { kind: 'lost' }
    const share = chooseShare(columns.value, takenBy(all, head.blobs), there)
    claim = { driveId: order.driveId, share, tellsUnmet: all.length === 0 && head.unmet.length > 0 }
    all = [...all, claim]
    const written = await plan.writeClaims(all)
    if (!written.ok) return stopped(written.failure)
  }
  return {
    kind: 'planned',
    plan: {
      plan,
      head,
      columns: columns.value,
      claim,
      share: sumOf(columns.value, claim.share, 1),
      left: sumOf(columns.value, takenBy(all, head.blobs), 0),
    },
  }

  async function select(): Promise<PlanHead | Planned> {
    const lists = await readLists(store, ask, order.selection)
    if (!lists.ok) {
      const { code, sentence } = lists.failure
      return code === 'storage-unreachable'
        ? { kind: 'not-started', code, sentence }
        : { kind: 'refused', status: code, sentence }
    }
    const blobs = selectBlobs(store, ask, wantedOf(lists.value), mayGoOn)
    const written = await plan.write(selectionDigest(order.selection), blobs)
    if (written.ok) return written.value
    return (await mayGoOn()) ? stopped(written.failure) : { kind: 'cancelled' }
  }
}

function stopped({ code, sentence }: BlobFailure): Planned {
  return code === 'BlobRequestForbidden'
    ? { kind: 'refused', status: code, sentence }
    : { kind: 'not-started', code: 'storage-unreachable', sentence }
}

/** Gives back what turned out not to fit, so that another drive, or the list of what fits nowhere, can have it. */
export async function giveBack(
  { plan, head }: DrivePlan,
  driveId: string,
  isLeft: (ordinal: number) => boolean,
): Promise<BlobOutcome<readonly Claim[]>> {
  const claims = await plan.claims(head)
  if (!claims.ok) return claims
  const kept = claims.value.map((claim) =>
    claim.driveId === driveId
      ? { ...claim, share: claim.share.map((mark, ordinal) => (isLeft(ordinal) ? 0 : mark)) }
      : claim,
  )
  const written = await plan.writeClaims(kept)
  return written.ok ? { ok: true, value: kept } : written
}
