import { z } from 'zod'

/**
 * What Electron's main process and the engine process say to each other. Ports of windows travel beside `window`. Both
 * sides read strictly: a message of another form is a defect of ours and is told as one.
 */
const text = z.string()
const process = z.int().positive()

/** Main → engine. `process` numbers are given out by the engine and never used again. */
export const toEngineProcess = z.discriminatedUnion('kind', [
  /** One port comes along; a window is at its other end. */
  z.strictObject({ kind: z.literal('window') }),
  z.strictObject({ kind: z.literal('stop') }),
  z.strictObject({ kind: z.literal('process-started'), process, pid: z.int().positive() }),
  z.strictObject({ kind: z.literal('process-message'), process, message: z.unknown() }),
  z.strictObject({ kind: z.literal('process-ended'), process, code: z.int().nullable() }),
])
export type ToEngineProcess = z.infer<typeof toEngineProcess>

/** Engine → main. */
export const fromEngineProcess = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** It could not start; starting it again would not help. */
  z.strictObject({ kind: z.literal('refused'), failure: z.strictObject({ code: text, sentence: text }) }),
  /** It has nothing left to do. Main ends it: a process that ends by itself may take its last message along. */
  z.strictObject({ kind: z.literal('stopped') }),
  /** Drives that are being copied now: the machine must not sleep, and quitting is worth a question. */
  z.strictObject({ kind: z.literal('copying'), drives: z.int().nonnegative() }),
  z.strictObject({
    kind: z.literal('process-start'),
    process,
    program: z.enum(['copy', 'usb']),
    label: text,
  }),
  z.strictObject({ kind: z.literal('process-send'), process, message: z.unknown() }),
  z.strictObject({ kind: z.literal('process-end'), process, how: z.enum(['end', 'kill']) }),
])
export type FromEngineProcess = z.infer<typeof fromEngineProcess>

/** The last message of a program in a process of its own; like `stopped` for the engine. */
export const PROGRAM_DONE = 'tallydock.program-done'
