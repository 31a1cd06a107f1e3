import { z } from 'zod'
import { COPY_STATES, DRIVE_STATES, JOB_STATES, RETURN_STATES, VERDICT_CODES } from '../lifecycle/states.ts'
import { casesTopic, deedArgs } from './case-screen.ts'
import { conformityFinding, HEALTHS, healthReason, rawValue } from './intake.ts'

/**
 * What windows and engine say to each other, over a MessagePort or a WebSocket alike.
 *
 * A window calls and is answered; the engine tells topics. A topic is told whole whenever it changes, with a revision
 * that only grows: a window that reconnects is told every topic again and is right at once, and two windows on one
 * engine show the same.
 */
export const SCREEN_VERSION = 1

const text = z.string()
const when = z.int().nonnegative()
const count = z.strictObject({ received: z.int().nonnegative(), expected: z.int().nonnegative() })

/** Where a job stands; `Deleted` is ours. */
const jobState = z.enum([...JOB_STATES, 'Deleted'])

/** A sentence by name, with its words; the window speaks it in the language of the person. */
const sentence = z.strictObject({ name: text, facts: z.record(text, z.union([text, z.number()])) })
export type Sentence = z.infer<typeof sentence>

/** One answered scan as a screen shows it. */
export const shownScan = z.strictObject({
  scan: text,
  at: when,
  /** What was scanned, safe to show. */
  text,
  verdict: z.enum(VERDICT_CODES),
  say: sentence,
  next: sentence,
  drive: text.optional(),
  job: text.optional(),
  arrival: text.optional(),
  return: text.optional(),
  /** Letter of the tray, `HOLD`, `EXTRA`, or the name of a job. */
  tray: text.optional(),
  count: count.optional(),
  misread: z.strictObject({ expected: text, positions: z.array(z.int()) }).optional(),
  /** The newest scan that can be taken back by `undo`, and the only one with a live button. */
  undo: z.enum(['now', 'later', 'no']),
  undone: z.boolean(),
  /** The service has not answered for it yet. */
  unsent: z.boolean(),
})
export type ShownScan = z.infer<typeof shownScan>

const tile = z.strictObject({
  drive: text,
  state: z.enum(DRIVE_STATES),
  mark: z.enum(['waiting', 'received', 'attention', 'held', 'extra']),
  /** The drive of the last scan, or the one that was probably meant. */
  now: z.boolean(),
})

const fileCount = z.strictObject({ total: z.int().nonnegative(), done: z.int().nonnegative() })

/**
 * What can be wrong with a practice drive. `yank`: falls out of its bay once, in the middle of its next copy. `bad-sector`:
 * one sector holds other bytes than the manifest says. `wrong-identity`: the disk says it is another one than its label.
 * `wrong-key`: it is locked, and the key of its job does not open it. `slow`: it gives a fraction of the bytes in a second.
 */
export const PRACTICE_FAULTS = ['none', 'yank', 'bad-sector', 'wrong-identity', 'wrong-key', 'slow'] as const

export const topics = {
  /** The thin bar, and what the Station room shows. */
  station: z.strictObject({
    station: text,
    site: text,
    practice: z.boolean(),
    person: text,
    role: z.enum(['operator', 'supervisor']).optional(),
    storage: z.strictObject({ name: text, ready: z.boolean(), trouble: text.optional() }),
    unsent: z.int().nonnegative(),
    oldestUnsentAt: when.optional(),
    service: z.strictObject({
      name: text,
      state: z.enum(['starting', 'in-step', 'waiting', 'stopped']),
      trouble: text.optional(),
      clockAheadMs: z.int().optional(),
    }),
    printer: z.strictObject({ name: text, ready: z.boolean(), trouble: text.optional() }),
    scanner: z.strictObject({ heardAt: when.optional() }),
    warnings: z.array(text),
  }),
  /** The stage, the arrival beside it and the last five scans. */
  receive: z.strictObject({
    work: z.strictObject({
      doing: z.enum(['nothing', 'arrival', 'bay', 'packing', 'return', 'shipping', 'case']),
      name: text.optional(),
      count: count.optional(),
      asking: z.boolean(),
    }),
    last: shownScan.optional(),
    scans: z.array(shownScan).max(5),
    arrival: z
      .strictObject({
        tracking: text,
        carrier: text.optional(),
        openedAt: when,
        open: z.boolean(),
        count,
        trays: z.array(
          z.strictObject({ letter: text, job: text, state: jobState, count, tiles: z.array(tile) }),
        ),
        /** Drives of this box on the hold and extra shelves. */
        shelves: z.array(z.strictObject({ shelf: z.enum(['HOLD', 'EXTRA']), tiles: z.array(tile) })),
      })
      .optional(),
    expected: z.strictObject({ jobs: z.int().nonnegative(), drives: z.int().nonnegative() }),
  }),
  bays: z.strictObject({
    bays: z.array(
      z.strictObject({
        bay: text,
        drive: text.optional(),
        job: text.optional(),
        plugged: z.boolean(),
        model: text.optional(),
        sizeBytes: z.number().optional(),
        /** What the bay is doing, as one word the screen knows. */
        phase: z.enum([
          'free',
          'waiting',
          'opening',
          'copying',
          'paused',
          'lost',
          'proving',
          'done',
          'done-more-info',
          'held',
          'unknown',
        ]),
        copy: z.enum(COPY_STATES).optional(),
        percent: z.number().min(0).max(100).optional(),
        bytesDone: z.number().optional(),
        bytesTotal: z.number().optional(),
        bytesPerSecond: z.number().optional(),
        doneAt: when.optional(),
        /** Bytes per second over time, oldest first, at most 60 points. */
        curve: z.array(z.number()).max(60),
        /** How its drive ended. */
        state: z.enum(DRIVE_STATES).optional(),
        /** Files of its manifest, and how many of them are stored as they should be. */
        files: fileCount.optional(),
        /** Its own serial, where that contradicts the label. */
        says: text.optional(),
        /** A drive in a tray that could go into this free bay. */
        upNext: text.optional(),
        /** What is in the way, if a hand is needed. */
        trouble: text.optional(),
        needsHand: z.boolean(),
        next: sentence,
        /** Physical place, which a bay code can be given to. Absent while nothing is plugged in. */
        slot: text.optional(),
        /** The next bay code scanned becomes this bay's name. */
        naming: z.boolean().optional(),
        /** Nothing is open any more: it may be pulled out. */
        ejected: z.boolean().optional(),
        /** Who the drive is, as far as can be said before it is read; the sentence names what disagrees. */
        identity: z
          .strictObject({
            verdict: z.enum(['certain', 'contradicted', 'unknown', 'twin', 'waiting']),
            sentence: text,
            next: text,
          })
          .optional(),
        /** Absent while it is being asked. */
        health: z.enum(HEALTHS).optional(),
        healthReasons: z.array(healthReason).optional(),
        findings: z.array(conformityFinding).optional(),
      }),
    ),
  }),
  'ship-back': z.strictObject({
    /** Boxes that are being packed or wait for their carrier, the active one first. */
    boxes: z.array(
      z.strictObject({
        number: text,
        active: z.boolean(),
        state: z.enum(RETURN_STATES),
        job: text.optional(),
        jobState: jobState.optional(),
        packed: z.array(z.strictObject({ drive: text, job: text.optional(), at: when, extra: z.boolean() })),
        missing: z.array(z.strictObject({ drive: text, place: text, extra: z.boolean() })),
        addressKnown: z.boolean(),
        /** Name and lines of the address, for the label's preview. */
        address: z.array(text),
        carrier: text.optional(),
        accountKnown: z.boolean(),
        copiedClean: z.int().nonnegative(),
        copied: z.int().nonnegative(),
        prints: z.int().nonnegative(),
        print: z.strictObject({
          state: z.enum(['none', 'queued', 'sent', 'confirmed', 'failed']),
          trouble: text.optional(),
        }),
      }),
    ),
    /** Jobs in Packaging without a box. */
    waiting: z.array(z.strictObject({ job: text, drives: z.int().nonnegative() })),
  }),
  jobs: z.strictObject({
    jobs: z
      .array(
        z.strictObject({
          id: text,
          name: text,
          type: z.enum(['Import', 'Export']),
          state: jobState,
          percent: z.int().min(0).max(100),
          drives: z.int().nonnegative(),
          faulted: z.boolean(),
          cancelled: z.boolean(),
          receivedAt: when.optional(),
          endedAt: when.optional(),
          updatedAt: when,
        }),
      )
      .max(200),
    /** Jobs beyond those listed. */
    more: z.int().nonnegative(),
  }),
  cases: casesTopic,
  /** What there is to scan and to plug on a practice dock; empty on every other. */
  practice: z.strictObject({
    /** Codes that can be scanned now, in the order of their groups. */
    codes: z.array(
      z.strictObject({
        group: z.enum(['boxes', 'drives', 'bays', 'commands', 'labels', 'carriers']),
        text,
        /** What is under the barcode, by name. */
        label: sentence,
      }),
    ),
    drives: z.array(
      z.strictObject({
        drive: text,
        /** Tracking number of the box it came in. */
        box: text,
        /** The bay it is plugged into. */
        plugged: text.optional(),
        /** The bay it would be plugged into now: the one its label was scanned for, else the first free one. */
        bay: text.optional(),
        fault: z.enum(PRACTICE_FAULTS),
      }),
    ),
    /** The next step of the first package; absent where nothing is taught. */
    lesson: z
      .strictObject({
        step: sentence,
        scan: text.optional(),
        plug: z.strictObject({ drive: text, bay: text }).optional(),
        unplug: z.strictObject({ bay: text }).optional(),
      })
      .optional(),
  }),
} as const

export type Topic = keyof typeof topics
export type TopicState<T extends Topic> = z.infer<(typeof topics)[T]>

export const jobDetail = z.strictObject({
  id: text,
  name: text,
  type: z.enum(['Import', 'Export']),
  state: jobState,
  percent: z.int(),
  site: text,
  storageAccount: text,
  receivedAt: when.optional(),
  drives: z.array(
    z.strictObject({
      drive: text,
      state: z.enum(DRIVE_STATES),
      percent: z.int(),
      bytesSucceeded: z.number(),
      files: fileCount.optional(),
      place: text,
      copyStatus: text.optional(),
      errorLog: text.optional(),
      verboseLog: text.optional(),
      fault: text.optional(),
    }),
  ),
  /** What happened, oldest first: kinds of entries with their words. */
  story: z.array(z.strictObject({ at: when, actor: text, say: sentence })).max(500),
})
export type JobDetail = z.infer<typeof jobDetail>

const nothing = z.strictObject({})

/** Lines of the journal on a screen. */
export const MOST_JOURNAL_LINES = 200

const journalAsked = {
  search: z.string().max(200),
  kind: z.enum(['all', 'scans', 'drives', 'boxes', 'cases', 'people']),
}

/** What a window may ask. Each call has its arguments and its answer. */
export const calls = {
  /** A scan read in the window. `scan` is made there and reused on every retry. */
  'scan.submit': {
    args: z.strictObject({ scan: z.uuid(), text: z.string().max(65_536) }),
    answer: shownScan,
  },
  /** A command from a screen: what its barcode does, about a case, drive or job, with words and evidence. */
  'deed.do': { args: deedArgs, answer: shownScan },
  /** A supervisor's PIN, typed; in no entry and no log. */
  'person.pin': {
    args: z.strictObject({ scan: z.uuid(), pin: z.string().regex(/^[0-9]{4,12}$/) }),
    answer: shownScan,
  },
  /** A sheet on office paper, in a person's language. */
  'paper.print': {
    args: z.strictObject({
      paper: z.enum(['command-sheet', 'certificate']),
      language: z.enum(['en', 'nl', 'sv', 'fr']),
      drive: text.optional(),
    }),
    answer: z.strictObject({ state: z.enum(['sent', 'confirmed']), where: text }),
  },
  /** What happened, newest first, and the drives whose serial ends so, each explained in a sentence. */
  'journal.read': {
    args: z.strictObject(journalAsked),
    answer: z.strictObject({
      lines: z
        .array(z.strictObject({ id: text, at: when, station: text, by: text, say: sentence, text }))
        .max(MOST_JOURNAL_LINES),
      drives: z.array(z.strictObject({ drive: text, say: sentence })).max(10),
    }),
  },
  'journal.export': {
    args: z.strictObject({ ...journalAsked, format: z.enum(['csv', 'json']) }),
    answer: z.strictObject({ text, entries: z.int().nonnegative() }),
  },
  'job.read': { args: z.strictObject({ job: text }), answer: jobDetail },
  /** The text of a copy log. */
  'log.read': {
    args: z.strictObject({ job: text, drive: text, log: z.enum(['error', 'verbose']) }),
    answer: z.strictObject({ text, cut: z.boolean() }),
  },
  /** What the drive in a bay says of itself, number by number. */
  'bay.health': {
    args: z.strictObject({ bay: text }),
    answer: z.strictObject({ values: z.array(rawValue), silentBecause: text.optional() }),
  },
  /** Makes the drive in a bay ready to be pulled out, or says what is still open. */
  'bay.eject': { args: z.strictObject({ bay: text }), answer: nothing },
  /** The next bay code scanned names this slot; without a slot nothing waits for a name any more. */
  'bay.naming': { args: z.strictObject({ slot: text.optional() }), answer: nothing },
  /** Two people take a contradicted drive for what its label says. */
  'identity.override': {
    args: z.strictObject({ drive: text, second: text.max(64), reason: text.max(1_000) }),
    answer: nothing,
  },
  'printer.test': {
    args: z.strictObject({}),
    answer: z.strictObject({ state: z.enum(['sent', 'confirmed']), where: text }),
  },
  /** Hands on virtual drives; refused everywhere but on a practice dock. */
  'practice.plug': { args: z.strictObject({ drive: text, bay: text }), answer: nothing },
  /** Also in the middle of a copy. */
  'practice.unplug': { args: z.strictObject({ bay: text }), answer: nothing },
  /** What is wrong with a drive from its next copy on. `none` mends. */
  'practice.fault': {
    args: z.strictObject({ drive: text, kind: z.enum(PRACTICE_FAULTS) }),
    answer: nothing,
  },
  /** New parcels under new numbers; what was scanned before stays in the journal. */
  'practice.reset': { args: z.strictObject({}), answer: nothing },
} as const

export type CallName = keyof typeof calls
export type CallArgs<N extends CallName> = z.infer<(typeof calls)[N]['args']>
export type CallAnswer<N extends CallName> = z.infer<(typeof calls)[N]['answer']>

export const TOPICS = Object.keys(topics) as Topic[]

const failure = z.strictObject({ code: text, sentence: text })

/** Window → engine. */
export const fromWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), version: z.int() }),
  z.strictObject({ kind: z.literal('call'), id: z.int().nonnegative(), name: text, args: z.unknown() }),
])
export type FromWindow = z.infer<typeof fromWindow>

/** Engine → window. `revision` counts per topic since the engine's start; `engine` tells two starts apart. */
export const fromEngine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('welcome'), version: z.int(), engine: text, at: when }),
  z.strictObject({ kind: z.literal('topic'), topic: text, revision: z.int().positive(), state: z.unknown() }),
  z.strictObject({ kind: z.literal('answer'), id: z.int().nonnegative(), answer: z.unknown() }),
  z.strictObject({ kind: z.literal('failure'), id: z.int().nonnegative(), failure }),
])
export type FromEngine = z.infer<typeof fromEngine>
