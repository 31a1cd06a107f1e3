import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PRACTICE_FAULTS } from '../../contract/screen.ts'
import { passesUps } from '../../scanning/check-digits.ts'

/**
 * The invented parcels of a practice dock. Every round has the same lessons under new numbers, so that a person can
 * begin again without emptying anything: a clean box, a mixed one, and one box with two jobs.
 */
export type Fault = (typeof PRACTICE_FAULTS)[number]

const drive = z.strictObject({
  serial: z.string(),
  /** Lies in the box. One that does not is listed by its job and never found. */
  inBox: z.boolean(),
  fault: z.enum(PRACTICE_FAULTS),
  files: z.int().positive(),
  fileBytes: z.int().positive(),
  /** MD5 of its manifest; absent for a drive no job lists. */
  manifestHash: z.string().optional(),
})
export type PracticeDrive = z.infer<typeof drive>

export const parcels = z.array(
  z.strictObject({
    lesson: z.enum(['clean', 'mixed', 'two-jobs']),
    tracking: z.string(),
    jobs: z.array(
      z.strictObject({
        name: z.string(),
        /** As the customer announced it: one box of several jobs has `-1`, `-2` after its number. */
        tracking: z.string(),
        /** What the carrier gives us for the way home. */
        homeTracking: z.string(),
        drives: z.array(drive),
      }),
    ),
    /** In the box, and of no job. */
    extras: z.array(drive),
  }),
)
export type Parcels = z.infer<typeof parcels>

/** Rounds that serials and tracking numbers have room for. */
export const MOST_ROUNDS = 999

const SMALL = { files: 12, fileBytes: 64 * 1024 }
/** Many small files are what makes a real drive slow, too. */
const SLOW = { files: 300, fileBytes: 16 * 1024 }

export function parcelsOf(round: number): Parcels {
  const named = (tail: string, more: Partial<PracticeDrive> = {}): PracticeDrive => ({
    serial: `WX32DA0K${tail}${twoCharacters(round)}`,
    inBox: true,
    fault: 'none',
    ...SMALL,
    ...more,
  })
  const job = (box: number, of: number, name: string, drives: PracticeDrive[], suffix = '') => ({
    name: round === 1 ? name : `${name}-${round}`,
    tracking: `${upsNumber('84W5E703', round, box)}${suffix}`,
    homeTracking: upsNumber('999AA103', round, of),
    drives,
  })
  return [
    {
      lesson: 'clean',
      tracking: upsNumber('84W5E703', round, 1),
      jobs: [job(1, 1, 'orchard-survey', [named('4T'), named('9M')])],
      extras: [],
    },
    {
      lesson: 'mixed',
      tracking: upsNumber('84W5E703', round, 2),
      jobs: [
        job(2, 2, 'harbour-archive', [
          named('B1'),
          named('K7', { fault: 'bad-sector' }),
          named('FD', { inBox: false }),
        ]),
      ],
      extras: [named('R3')],
    },
    {
      lesson: 'two-jobs',
      tracking: upsNumber('84W5E703', round, 3),
      jobs: [
        job(3, 3, 'mill-drawings', [named('H8', { fault: 'yank', ...SLOW })], '-1'),
        job(3, 4, 'tide-records', [named('P6'), named('Y0', { fault: 'wrong-identity' })], '-2'),
      ],
      extras: [],
    },
  ]
}

/** Base 32 without letters that look like digits. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function twoCharacters(round: number): string {
  return `${LETTERS[Math.floor(round / LETTERS.length)]}${LETTERS[round % LETTERS.length]}`
}

/** `1Z`, shipper and service, seven digits of ours, and the check digit that makes it one the carrier could print. */
function upsNumber(shipperAndService: string, round: number, box: number): string {
  const digits = `${String(round).padStart(3, '0')}${String(4_180 + box).padStart(4, '0')}`
  const start = `1Z${shipperAndService}${digits}`
  const check = [...'0123456789'].find((digit) => passesUps(`${start}${digit}`))
  if (check === undefined) throw new Error(`${start} has no check digit.`)
  return `${start}${check}`
}

/** Every drive that can be held in a hand, in the order of the boxes. */
export function drivesInBoxes(of: Parcels): PracticeDrive[] {
  return of
    .flatMap(({ jobs, extras }) => [...jobs.flatMap(({ drives }) => drives), ...extras])
    .filter(({ inBox }) => inBox)
}

/**
 * The numerical password a drive is locked with, as BitLocker makes them: eight groups of six digits, each a 16-bit number
 * times 11. Told by the serial alone; nothing here is secret.
 */
export function practiceKey(serial: string): string {
  const seed = createHash('sha256').update(`key of ${serial}`).digest()
  return Array.from({ length: 8 }, (_none, group) =>
    String(seed.readUInt16BE(2 * group) * 11).padStart(6, '0'),
  ).join('-')
}

/** Bytes of a file on a practice drive: told by its name alone, so that every dock makes the same drives. */
export function practiceBytes(name: string, sizeBytes: number): Buffer {
  const seed = createHash('sha256').update(name).digest()
  return Buffer.alloc(sizeBytes, seed)
}
