/**
 * The words every room uses for where something stands.
 *
 * Job and drive states are the published ones of the import/export API (versions 2016-11-01 to 2021-01-01);
 * the others are ours. `Faulted` is in no published enum: it is a flag beside the state.
 */

export const JOB_STATES = [
  'Creating',
  'Shipping',
  'Received',
  'Transferring',
  'Packaging',
  'Completed',
  'Closed',
] as const
export type JobState = (typeof JOB_STATES)[number]

export const DRIVE_STATES = [
  'Specified',
  'Received',
  'NeverReceived',
  'Transferring',
  'Completed',
  'CompletedMoreInfo',
  'ShippedBack',
] as const
export type DriveState = (typeof DRIVE_STATES)[number]

/** One physical package that came in. `held`: nobody knows whose it is, or it is in question. */
export const ARRIVAL_STATES = ['open', 'held', 'closed', 'forwarded', 'undone'] as const
export type ArrivalState = (typeof ARRIVAL_STATES)[number]

/** Where a physical drive is. `away`: not (or no longer) on site without having been shipped by us. */
export const CUSTODY_STATES = [
  'away',
  'tray',
  'bay',
  'held',
  'extra',
  'packed',
  'gone',
  'lost',
  'destroyed',
] as const
export type CustodyState = (typeof CUSTODY_STATES)[number]

/** One outgoing package. */
export const RETURN_STATES = ['packing', 'labelled', 'closed', 'shipped', 'void'] as const
export type ReturnState = (typeof RETURN_STATES)[number]

/** One attempt to copy one drive. */
export const COPY_STATES = [
  'waiting',
  'opening',
  'copying',
  'paused',
  'lost',
  'proving',
  'done',
  'done-more-info',
] as const
export type CopyState = (typeof COPY_STATES)[number]

/** Something that needs a person. `waiting`: someone was asked and has not answered yet. */
export const CASE_STATES = ['open', 'waiting', 'resolved'] as const
export type CaseState = (typeof CASE_STATES)[number]

/** What a scan can mean. Others script against these words. */
export const VERDICT_CODES = [
  'arrival-opened',
  'arrival-closed',
  'received',
  'already-received',
  'received-late',
  'received-for-another-job',
  'held',
  'extra',
  'other-site',
  'not-a-drive-serial',
  'unreadable',
  'look-up',
  'packed',
  'label-printed',
  'return-closed',
  'shipped',
  'undone',
  'command',
  'refused',
] as const
export type VerdictCode = (typeof VERDICT_CODES)[number]

/** The code of a truth told without a refusal: others had changed the same records and the station did not know yet. */
export const OVERTAKEN = 'overtaken'
