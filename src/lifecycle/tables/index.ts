import type { Table } from '../cell.ts'
import { ARRIVAL_TABLE } from './arrival.ts'
import { CASE_TABLE } from './case.ts'
import { COPY_TABLE } from './copy.ts'
import { CUSTODY_TABLE } from './custody.ts'
import { DRIVE_TABLE } from './drive.ts'
import { JOB_TABLE } from './job.ts'
import { RETURN_TABLE } from './return.ts'

/** Every life cycle by name, for the exhaustive walk and the drawings. */
export const TABLES = {
  job: JOB_TABLE,
  drive: DRIVE_TABLE,
  arrival: ARRIVAL_TABLE,
  custody: CUSTODY_TABLE,
  return: RETURN_TABLE,
  copy: COPY_TABLE,
  case: CASE_TABLE,
} as const satisfies Record<string, Table<string, string>>
