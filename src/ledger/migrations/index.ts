import type { Migration } from '../migrate.ts'
import { JOURNAL_AND_OUTBOX } from './001-journal-outbox.ts'

/** Every step from an empty file to the present form, in order. One that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [JOURNAL_AND_OUTBOX]
