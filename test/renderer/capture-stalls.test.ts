/**
 * The capture on a page that stalls, in a time of the test's own: strokes wait while the page is busy, timers come late,
 * and at the end of a stall the timers go first. The real thing is in `capture.browser.test.ts`.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hearStrokes } from '../../renderer/scan-capture/hear-strokes.ts'

interface Stroke {
  readonly key: string
  readonly madeMs: number
}

interface Stall {
  readonly fromMs: number
  readonly forMs: number
}

const LONGEST_RUN_MS = 60_000

/** Runs a page until nothing is left to do; answers the scans it heard. `handedMs`: when the page hears of a stroke. */
function run(
  strokes: readonly (Stroke & { readonly handedMs?: number })[],
  stalls: readonly Stall[] = [],
): string[] {
  const scans: string[] = []
  const waiting = [...strokes]
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>()
  let nowMs = 0
  const handedMs = () => waiting[0]?.handedMs ?? waiting[0]?.madeMs ?? Number.POSITIVE_INFINITY
  const made = () => (handedMs() <= nowMs ? waiting[0] : undefined)
  const next = () => [...timers].toSorted((a, b) => a.dueMs - b.dueMs)[0]
  const hearing = hearStrokes({
    monotonicMs: () => nowMs,
    strokesArePending: () => made() !== undefined,
    onScan: (text) => scans.push(text),
    onTyped: (text) => scans.push(`typed ${text}`),
    onTakeBack: (characters) => scans.push(`not typed ${characters}`),
    timers: {
      after(delayMs, callBack) {
        const timer = { dueMs: nowMs + delayMs, run: callBack }
        timers.add(timer)
        return { cancel: () => void timers.delete(timer) }
      },
    },
  })

  while (waiting.length > 0 || timers.size > 0) {
    if (nowMs > LONGEST_RUN_MS) throw new Error(`No end of it after ${nowMs} ms.`)
    for (const { fromMs, forMs } of stalls)
      if (nowMs >= fromMs && nowMs < fromMs + forMs) nowMs = fromMs + forMs
    const due = next()
    const stroke = made()
    if (due !== undefined && due.dueMs <= nowMs) {
      timers.delete(due)
      due.run()
    } else if (stroke !== undefined) {
      waiting.shift()
      hearing.stroke({ key: stroke.key, timeMs: stroke.madeMs })
    } else {
      nowMs = Math.min(due?.dueMs ?? Number.POSITIVE_INFINITY, handedMs())
    }
  }
  return scans
}

const stalls = fc.array(
  fc.record({ fromMs: fc.nat({ max: 5_000 }), forMs: fc.integer({ min: 1, max: 400 }) }),
  { maxLength: 20 },
)
const codes = fc.array(
  fc.record({
    text: fc.stringMatching(/^[A-Z0-9]{4,24}$/),
    gapMs: fc.integer({ min: 0, max: 35 }),
    pauseMs: fc.integer({ min: 20, max: 400 }),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('on a page that stalls anywhere, for up to 400 ms at a time', () => {
  it.each([
    ['with an end key', ['Enter']],
    ['without one', []],
  ])('every code of a scanner %s is one scan, whole', (_, end) => {
    fc.assert(
      fc.property(codes, stalls, (all, stalled) => {
        let madeMs = 0
        const strokes = all.flatMap(({ text, gapMs, pauseMs }) => {
          // A scanner without an end key leaves a silence of its own behind a code.
          madeMs += end.length > 0 ? pauseMs : pauseMs + 40
          return [...text, ...end].map((key, at) => {
            if (at > 0) madeMs += gapMs
            return { key, madeMs }
          })
        })
        expect(run(strokes, stalled)).toEqual(all.map(({ text }) => text))
      }),
    )
  })
})

it('a page that is busy again and again for ever still comes to the end of a code', () => {
  const strokes = [...'ZR5A1N7K'].map((key, at) => ({ key, madeMs: 1_000 + at * 5 }))
  const forever = Array.from({ length: 1_000 }, (_, at) => ({ fromMs: at * 290, forMs: 200 }))
  expect(run(strokes, forever)).toEqual(['ZR5A1N7K'])
})

describe('a machine that hands strokes over late', () => {
  it('is waited for as long as it was late before', () => {
    const code = [...'ZR5A1N7K'].map((key, at) => ({ key, madeMs: at * 5 }))
    const late = code.map((stroke, at) => ({ ...stroke, handedMs: at < 5 ? 600 : 1_100 }))
    expect(run(late)).toEqual(['ZR5A1N7K'])
    const suddenly = code.map((stroke, at) => ({ ...stroke, handedMs: at < 5 ? stroke.madeMs : 500 }))
    expect(run(suddenly)).toEqual(['ZR5A1', 'ZR5A1N7K'])
  })
})
