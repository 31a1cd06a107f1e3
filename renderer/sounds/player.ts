/** Plays notes with Web Audio. A new sound cuts the old one. */
import type { Note } from './verdict-sounds.ts'

/** Loud enough for a dock, with room left for the sum of harmonics. */
const VOLUME = 0.35
/** A sound that starts or stops at once would click. */
const RAMP_S = 0.006

export interface Player {
  readonly play: (notes: readonly Note[]) => void
}

export function createPlayer(): Player {
  let context: AudioContext | undefined
  let playing: GainNode | undefined

  return {
    play(notes) {
      context ??= new AudioContext({ latencyHint: 'interactive' })
      // A page may have to wait for the first key stroke before it may sound; the scan itself is one.
      if (context.state === 'suspended') void context.resume()
      const startS = context.currentTime
      if (playing !== undefined) {
        playing.gain.setTargetAtTime(0, startS, RAMP_S)
        playing.gain.setValueAtTime(0, startS + RAMP_S * 5)
      }
      const master = context.createGain()
      master.gain.value = VOLUME
      master.connect(context.destination)
      playing = master
      for (const one of notes) sound(context, master, one, startS)
    },
  }
}

function sound(context: AudioContext, master: GainNode, note: Note, startS: number): void {
  const fromS = startS + note.atMs / 1000
  const untilS = fromS + note.lastsMs / 1000
  const envelope = context.createGain()
  envelope.gain.setValueAtTime(0, fromS)
  envelope.gain.linearRampToValueAtTime(note.loudness, fromS + RAMP_S)
  envelope.gain.setValueAtTime(note.loudness, untilS - RAMP_S)
  envelope.gain.linearRampToValueAtTime(0, untilS)
  envelope.connect(master)
  const oscillator = context.createOscillator()
  // A square wave is a tone with its odd harmonics.
  oscillator.type = note.timbre === 'hollow' ? 'square' : 'sine'
  oscillator.frequency.value = note.hertz
  oscillator.connect(envelope)
  oscillator.start(fromS)
  oscillator.stop(untilS)
}
