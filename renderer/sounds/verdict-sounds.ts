/** What each verdict sounds like. Rhythm differs, not only pitch, so that it survives noise and hearing loss. Pure. */
import type { Family } from '../parts/family.ts'

export interface Note {
  /** When it begins, in milliseconds after the sound does. */
  readonly atMs: number
  readonly lastsMs: number
  readonly hertz: number
  /** 1 is full. */
  readonly loudness: number
  /** `hollow` has odd harmonics. */
  readonly timbre: 'plain' | 'hollow'
}

const FULL = 1
/** −6 dB. */
const SOFT = 0.5

const note = (
  atMs: number,
  lastsMs: number,
  hertz: number,
  loudness = FULL,
  timbre: Note['timbre'] = 'plain',
): Note => ({ atMs, lastsMs, hertz, loudness, timbre })

const SOUNDS: Readonly<Record<Family, readonly Note[]>> = {
  received: [note(0, 70, 880), note(80, 100, 1320)],
  already: [note(0, 70, 660, SOFT), note(130, 70, 660, SOFT)],
  attention: [note(0, 100, 1320), note(130, 100, 740), note(260, 120, 1320)],
  stop: [note(0, 450, 220, FULL, 'hollow')],
}

/** The box is full: one note more. */
const TOP = note(190, 120, 1760)

/** Everything on a practice dock sounds one octave up. */
export function soundOf(
  family: Family,
  { boxFull, practice }: { readonly boxFull: boolean; readonly practice: boolean },
): readonly Note[] {
  const notes = boxFull && family === 'received' ? [...SOUNDS.received, TOP] : SOUNDS[family]
  return practice ? notes.map((one) => ({ ...one, hertz: one.hertz * 2 })) : notes
}
