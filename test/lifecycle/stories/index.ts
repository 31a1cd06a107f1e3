import { boxes } from './boxes.ts'
import { cases } from './cases.ts'
import { drives } from './drives.ts'
import { endings } from './endings.ts'
import { exports } from './exports.ts'
import { lateAndEarly } from './late-and-early.ts'
import { misreads } from './misreads.ts'
import { packing } from './packing.ts'
import { shipping } from './shipping.ts'
import { stations } from './stations.ts'
import type { Stories } from './stories.ts'
import { undoing } from './undoing.ts'

/** All stories by what they are about. */
export const STORIES: Readonly<Record<string, Stories>> = {
  boxes,
  drives,
  'late and early': lateAndEarly,
  exports,
  misreads,
  undoing,
  stations,
  packing,
  shipping,
  endings,
  cases,
}

/** Every story, once by its own name. */
export const ALL_STORIES: Stories = Object.assign({}, ...Object.values(STORIES))
