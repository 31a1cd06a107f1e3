/** Strokes that a busy machine hands over late: ticks come before strokes that were made before them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldKeys, type KeyStroke, silenceFor, startKeys, takeKeys } from '../../src/scanning/key-strokes.ts'

/** A page that takes at once what the fold completes: what was scanned, and what stands in the field. */
function page() {
  let state = startKeys()
  let field = ''
  let scans: string[] = []
  return {
    take(stroke: KeyStroke): void {
      const taken = takeKeys(foldKeys(state, stroke))
      state = taken.state
      field = [...field].slice(0, taken.takeBack === 0 ? undefined : -taken.takeBack).join('') + taken.typed
      for (const { text, replaces } of taken.scans) {
        if (replaces !== undefined) expect(scans.at(-1)).toBe(replaces)
        scans = [...(replaces === undefined ? scans : scans.slice(0, -1)), text]
      }
    },
    seen: () => ({ scans, field }),
    silenceMs: () => silenceFor(state),
  }
}

const tick = (timeMs: number): KeyStroke => ({ key: null, timeMs })
const strokes = (text: string, fromMs: number, gapMs = 5): KeyStroke[] =>
  [...text].map((key, at) => ({ key, timeMs: fromMs + at * gapMs }))
const enter = (timeMs: number): KeyStroke => ({ key: 'Enter', timeMs })

describe('a tick that came too early', () => {
  it('behind one to three characters: they are asked back, and the scan is whole', () => {
    for (const cut of [1, 2, 3]) {
      const { take, seen } = page()
      const all = strokes('ZR5A1N7K', 0)
      all.slice(0, cut).forEach(take)
      take(tick(400))
      expect(seen()).toEqual({ scans: [], field: 'ZR5A1N7K'.slice(0, cut) })
      ;[...all.slice(cut), enter(40)].forEach(take)
      expect(seen()).toEqual({ scans: ['ZR5A1N7K'], field: '' })
    }
  })

  it('behind four or more: the whole scan follows, and names the part it replaces', () => {
    let state = startKeys()
    const fold = (stroke: KeyStroke) => {
      const taken = takeKeys(foldKeys(state, stroke))
      state = taken.state
      return taken.scans
    }
    const all = strokes('ZR5A1N7K', 0)
    all.slice(0, 5).forEach(fold)
    expect(fold(tick(400))).toMatchObject([{ text: 'ZR5A1' }])
    all.slice(5).forEach(fold)
    expect(fold(enter(40))).toEqual([
      { text: 'ZR5A1N7K', startedMs: 0, endedMs: 35, endedBy: 'end-key', replaces: 'ZR5A1' },
    ])
  })

  it('twice in one code: the whole scan replaces the longer part', () => {
    const { take, seen } = page()
    const all = strokes('ZR5A1N7K', 0)
    all.slice(0, 4).forEach(take)
    take(tick(400))
    all.slice(4, 6).forEach(take)
    take(tick(800))
    ;[...all.slice(6), enter(40)].forEach(take)
    expect(seen()).toEqual({ scans: ['ZR5A1N7K'], field: '' })
  })

  it('in front of the end key: one scan, and the key is swallowed', () => {
    const { take, seen } = page()
    ;[...strokes('ZR5A1N7K', 0), tick(500), enter(40)].forEach(take)
    expect(seen()).toEqual({ scans: ['ZR5A1N7K'], field: '' })
  })

  it('in front of a separator: it belongs to the scan', () => {
    const { take, seen } = page()
    const separator: KeyStroke = { key: ']', timeMs: 20, control: true }
    ;[...strokes('10LO', 0), tick(500), separator, ...strokes('21Z', 25), enter(40)].forEach(take)
    expect(seen()).toEqual({ scans: ['10LO\u001d21Z'], field: '' })
  })

  it('does not join what was really apart', () => {
    const { take, seen } = page()
    ;[...strokes('ab', 0, 100), tick(500), ...strokes('ZR5A1N7K', 600), enter(640)].forEach(take)
    expect(seen()).toEqual({ scans: ['ZR5A1N7K'], field: 'ab' })
  })
})

describe('the wait for silence', () => {
  it('is long once the scanner sends end keys, shorter when it does not, and none while nothing is held', () => {
    const { take, silenceMs } = page()
    expect(silenceMs()).toBeUndefined()
    const [unknown, typed, withEndKey, withoutEndKey] = [
      ...[strokes('ZR5A', 0), strokes('ab', 500), strokes('ZR5A', 1_000), strokes('ZR5A', 2_000)],
    ].map((some, at) => {
      some.forEach(take)
      const waits = silenceMs()
      if (at === 0) take(enter(20))
      else take(tick(1_000 * at + 400))
      expect(silenceMs()).toBeUndefined()
      return waits
    })
    expect({ unknown, typed, withEndKey, withoutEndKey }).toEqual({
      unknown: 160,
      typed: 120,
      withEndKey: 300,
      withoutEndKey: 100,
    })
  })
})

describe('a scanner that has sent its end key many times in a row', () => {
  const afterMany = (scans: number) => {
    const dock = page()
    for (let at = 0; at < scans; at++)
      for (const stroke of [...strokes('ZR5A1N7K', at * 1_000), enter(at * 1_000 + 40)]) dock.take(stroke)
    for (const stroke of strokes('QZ71M0042', 90_000)) dock.take(stroke)
    return dock
  }

  it('is waited for longer: only a machine that holds strokes up can make a silence', () => {
    expect(afterMany(4).silenceMs()).toBe(300)
    expect(afterMany(5).silenceMs()).toBe(1_000)
  })

  it('keeps that after a tick that came too early', () => {
    const { take, silenceMs } = afterMany(5)
    take(tick(91_500))
    expect(silenceMs()).toBeUndefined()
    strokes('7', 90_050).forEach(take)
    expect(silenceMs()).toBe(1_000)
  })
})

describe('any mixture, handed over by a machine that stalls', () => {
  const character = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz-/')
  const burst = fc.record({
    text: fc.string({ unit: character, minLength: 4, maxLength: 30 }),
    gapMs: fc.integer({ min: 0, max: 35 }),
    end: fc.constantFrom(['Enter'], ['Tab'], ['Enter', 'Enter'], []),
    /** Behind which strokes a tick comes before the stroke that follows, however late it is handed over. */
    early: fc.uniqueArray(fc.nat({ max: 31 }), { maxLength: 5 }),
  })
  const finger = character.map((text) => ({ text, gapMs: 0, end: [] as string[], early: [] as number[] }))

  it('every scan once and whole, every typed character once, in order, wherever ticks come too early', () => {
    const events = fc.array(fc.tuple(fc.oneof(burst, finger), fc.integer({ min: 36, max: 2_000 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(events, (all) => {
        const { take, seen } = page()
        let madeMs = 0
        let handedMs = 0
        for (const [{ text, gapMs, end, early }, pauseMs] of all) {
          madeMs += pauseMs
          for (const [at, key] of [...text, ...end].entries()) {
            if (at > 0) madeMs += gapMs
            handedMs = Math.max(handedMs, madeMs)
            take({ key, timeMs: madeMs })
            if (early.includes(at)) {
              handedMs += 400
              take(tick(handedMs))
            }
          }
        }
        take(tick(Math.max(handedMs, madeMs) + 400))
        const texts = all.map(([{ text }]) => text)
        expect(seen()).toEqual({
          scans: texts.filter((text) => text.length > 1),
          field: texts.filter((text) => text.length === 1).join(''),
        })
      }),
    )
  })
})
