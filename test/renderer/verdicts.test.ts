import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { align } from '../../renderer/rooms/receive/align.ts'
import { newestOf } from '../../renderer/rooms/receive/newest.ts'
import { putDownOf } from '../../renderer/rooms/receive/put-down.ts'
import { groupTracking } from '../../renderer/rooms/receive/tracking.ts'
import { fillsBox, lookOf } from '../../renderer/rooms/receive/verdict-look.ts'
import { soundOf } from '../../renderer/sounds/verdict-sounds.ts'
import { VERDICT_CODES } from '../../src/lifecycle/states.ts'
import { extra, held, misread, NOW, received, receiving, scanId, shown } from './states.ts'

const TOKENS = readFileSync(join(import.meta.dirname, '../../renderer/look/tokens.css'), 'utf8')

/** The value of a token in light and in dark. */
function token(name: string): { readonly light: string; readonly dark: string } {
  const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(TOKENS)?.[1]?.trim() ?? ''
  const pair = /^light-dark\((#\w{6}), (#\w{6})\)$/.exec(value)
  const [light = value, dark = value] = pair?.slice(1) ?? []
  if (!/^#\w{6}$/.test(light)) throw new Error(`--${name} is no colour: "${value}"`)
  return { light, dark }
}

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const FAMILIES = ['received', 'already', 'attention', 'stop'] as const

describe('contrast', () => {
  it.each([...FAMILIES, 'practice'])('of type on %s is at least 7 to 1', (name) => {
    const [fill, type] = [token(name), token(`${name}-type`)]
    for (const look of ['light', 'dark'] as const)
      expect(contrast(fill[look], type[look])).toBeGreaterThanOrEqual(7)
  })

  it('of words on every ground is at least 7 to 1', () => {
    for (const ink of ['ink', 'ink-soft'])
      for (const ground of ['canvas', 'surface', 'sunken', 'received-tint', 'attention-tint'])
        for (const look of ['light', 'dark'] as const)
          expect(
            contrast(token(ink)[look], token(ground)[look]),
            `${ink} on ${ground}, ${look}`,
          ).toBeGreaterThanOrEqual(7)
  })

  it('of marks on a surface is at least 3 to 1, by their fill or by their edge', () => {
    for (const name of FAMILIES)
      for (const look of ['light', 'dark'] as const) {
        const parts = [token(`${name}-mark`)[look], token(`${name}-edge`)[look]]
        const best = Math.max(...parts.map((part) => contrast(part, token('surface')[look])))
        expect(best, `${name}, ${look}`).toBeGreaterThanOrEqual(3)
        expect(contrast(token(`${name}-glyph`)[look], token(`${name}-mark`)[look])).toBeGreaterThanOrEqual(
          4.5,
        )
      }
  })

  it('of the lines of controls is at least 3 to 1', () => {
    for (const look of ['light', 'dark'] as const)
      expect(contrast(token('line-strong')[look], token('surface')[look])).toBeGreaterThanOrEqual(3)
  })
})

describe('a verdict', () => {
  it('of every code has one look, and members of a family differ by their sign or word', () => {
    const looks = VERDICT_CODES.map((verdict) => lookOf({ verdict, say: { name: 'x', facts: {} } }))
    expect(new Set(looks.map(({ glyph, word }) => `${glyph} ${word}`)).size).toBe(VERDICT_CODES.length)
  })

  it('never says "all in" of a box that was closed short', () => {
    const short = shown({
      verdict: 'arrival-closed',
      say: { name: 'arrival-closed-short', facts: {} },
      count: { received: 7, expected: 10 },
    })
    expect(lookOf(short)).toMatchObject({ family: 'attention', word: 'box-short' })
    expect(fillsBox(short)).toBe(false)
  })

  it('puts a drive down where the engine says, and nowhere when nothing was counted', () => {
    expect(putDownOf(received)).toEqual({ to: 'tray', letter: 'A' })
    expect(putDownOf(held)).toEqual({ to: 'hold' })
    expect(putDownOf(extra)).toEqual({ to: 'extra' })
    expect(putDownOf(misread)).toEqual({ to: 'hand' })
    expect(putDownOf(shown({ tray: 'quarry-maps-02' }))).toEqual({ to: 'tray-of', job: 'quarry-maps-02' })
    expect(putDownOf(shown({ verdict: 'packed', return: 'TDR-7K2M9PQ4' }))).toEqual({
      to: 'box',
      number: 'TDR-7K2M9PQ4',
    })
    const placed = shown({ verdict: 'command', say: { name: 'placed-in-bay', facts: { bay: '4' } } })
    expect(putDownOf(placed)).toEqual({ to: 'bay', bay: '4' })
    expect(putDownOf(shown({ verdict: 'refused', drive: 'ZR5A1N7K' }))).toBeUndefined()
    expect(putDownOf(shown({ verdict: 'undone', tray: 'A' }))).toBeUndefined()
  })
})

describe('a misread', () => {
  const words = (columns: ReturnType<typeof align>) =>
    columns
      .map(({ read = '·', expected = '·', differs }) => (differs ? `[${read}${expected}]` : read))
      .join('')

  it.each([
    ['another character', 'WX12DB1N', 'WX12D81N', [5], 'WX12D[B8]1N'],
    ['a missing character', 'WX121N', 'WX12D1N', [4], 'WX12[·D]1N'],
    ['a missing copy of a repeated character', 'WX001N', 'WX0001N', [2, 3, 4], 'WX[00][00][·0]1N'],
    ['one character too many', 'WX12DD1N', 'WX12D1N', [5], 'WX12D[D·]1N'],
    ['one too many at the end', 'WX121N7', 'WX121N', [5], 'WX121N[7·]'],
  ])('with %s is aligned and marked', (_, read, expected, positions, drawn) => {
    expect(words(align(read, expected, positions))).toBe(drawn)
  })
})

describe('what the stage shows', () => {
  const state = { waiting: [], failed: undefined, answered: undefined, topics: {} }

  it('is the newest verdict, whoever scanned it', () => {
    const mine = shown({ at: NOW })
    const other = shown({ at: NOW + 5 })
    expect(newestOf({ ...state, answered: mine })).toEqual({ kind: 'verdict', scan: mine })
    expect(newestOf({ ...state, answered: mine, topics: { receive: receiving(other) } })).toEqual({
      kind: 'verdict',
      scan: other,
    })
    const before = shown({ at: NOW - 5 })
    expect(newestOf({ ...state, answered: mine, topics: { receive: receiving(before) } })).toEqual({
      kind: 'verdict',
      scan: mine,
    })
  })

  it('follows the engine as soon as it knows the scan, even when a clock went back', () => {
    const mine = shown({ at: NOW })
    const later = shown({ at: NOW - 5_000 })
    const receive = { ...receiving(later), scans: [later, mine] }
    expect(newestOf({ ...state, answered: mine, topics: { receive } })).toEqual({
      kind: 'verdict',
      scan: later,
    })
  })

  it('is never an old verdict while a scan waits', () => {
    const scan = { scan: scanId(), text: 'ZR5A1N7K', at: NOW, late: true }
    expect(newestOf({ ...state, answered: shown(), waiting: [scan] })).toEqual({ kind: 'waiting', scan })
    expect(newestOf({ ...state, waiting: [{ ...scan, late: false }] })).toEqual({ kind: 'none' })
  })
})

describe('sounds', () => {
  const heard = (family: (typeof FAMILIES)[number], boxFull = false, practice = false) =>
    soundOf(family, { boxFull, practice }).map(({ hertz, lastsMs }) => [hertz, lastsMs])

  it('follow the table', () => {
    expect(heard('received')).toEqual([
      [880, 70],
      [1320, 100],
    ])
    expect(heard('received', true).at(-1)?.[0]).toBe(1760)
    expect(heard('already')).toEqual([
      [660, 70],
      [660, 70],
    ])
    expect(heard('attention').map(([hertz]) => hertz)).toEqual([1320, 740, 1320])
    expect(heard('stop')).toEqual([[220, 450]])
    expect(soundOf('stop', { boxFull: false, practice: false })[0]?.timbre).toBe('hollow')
    expect(
      soundOf('already', { boxFull: false, practice: false }).every(({ loudness }) => loudness === 0.5),
    ).toBe(true)
  })

  it('are one octave up on a practice dock', () => {
    for (const family of FAMILIES) {
      const real = heard(family, true)
      expect(heard(family, true, true)).toEqual(real.map(([hertz = 0, lastsMs]) => [hertz * 2, lastsMs]))
    }
  })

  it('differ in rhythm, not only in pitch', () => {
    const rhythms = FAMILIES.map((family) =>
      soundOf(family, { boxFull: false, practice: false })
        .map(({ atMs, lastsMs }) => `${atMs}+${lastsMs}`)
        .join(' '),
    )
    expect(new Set(rhythms).size).toBe(FAMILIES.length)
  })
})

describe('a tracking number', () => {
  it('is grouped as carriers print it, and left alone when unknown', () => {
    expect(groupTracking('1Z84W5E70341829916')).toBe('1Z 84W 5E7 03 4182 9916')
    expect(groupTracking('794644790138')).toBe('7946 4479 0138')
    expect(groupTracking('JJD0099-X')).toBe('JJD0099-X')
  })
})
