/**
 * Numbers, times and sizes as a language writes them. A number never stands without its unit; h, min, s and % are the
 * symbols of the SI, the same in every language. Pure.
 */

export interface Formats {
  /** `14:32` */
  readonly time: (at: number) => string
  /** `14:32:08` */
  readonly timeWithSeconds: (at: number) => string
  /** `Sat 14 Nov` */
  readonly day: (at: number) => string
  readonly number: (value: number) => string
  /** `62 %` */
  readonly percent: (value: number) => string
  /** `7.84 TB` */
  readonly bytes: (value: number) => string
  /** `212 MB/s` */
  readonly speed: (bytesPerSecond: number) => string
  /** `6.2 days` */
  readonly days: (ms: number) => string
  /** `0.2 s`; longer ones like `duration`. */
  readonly seconds: (ms: number) => string
  /** `2 h 16 min`, `49 min`, `9 s`: the two largest units that say something. */
  readonly duration: (ms: number) => string
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const
const STEP = 1000
/** Keeps a number and its unit on one line. */
const NBSP = '\u00a0'
const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

export function formatsOf(tag: string): Formats {
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, { hourCycle: 'h23', ...options })
    return (at: number) => format.format(at)
  }
  const size = (suffix: string) => {
    const formats = SIZES.map((name) => {
      const options = { style: 'unit', unitDisplay: 'short', maximumSignificantDigits: 3 } as const
      return new Intl.NumberFormat(tag, { ...options, unit: `${name}${suffix}` })
    })
    return (value: number) => {
      const rung = value < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(value) / 3))
      return formats[rung]?.format(value / STEP ** rung) ?? ''
    }
  }
  const count = new Intl.NumberFormat(tag)
  const inDays = (maximumFractionDigits: number) => {
    const options = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const
    const format = new Intl.NumberFormat(tag, { ...options, maximumFractionDigits })
    return (ms: number) => format.format(ms / DAY_MS)
  }
  const wholeDays = inDays(0)
  const whole = (value: number, symbol: string) => `${count.format(Math.floor(value))}${NBSP}${symbol}`
  const tenths = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const duration: Formats['duration'] = (ms) => {
    const rest = Math.max(0, ms)
    if (rest >= 2 * DAY_MS) return wholeDays(Math.floor(rest / DAY_MS) * DAY_MS)
    if (rest < MINUTE_MS) return whole(rest / SECOND_MS, 's')
    const minutes = Math.floor((rest % HOUR_MS) / MINUTE_MS)
    if (rest < HOUR_MS) return whole(minutes, 'min')
    const hours = whole(rest / HOUR_MS, 'h')
    return minutes === 0 ? hours : `${hours} ${whole(minutes, 'min')}`
  }
  return {
    time: date({ hour: '2-digit', minute: '2-digit' }),
    timeWithSeconds: date({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: date({ weekday: 'short', day: 'numeric', month: 'short' }),
    number: (value) => count.format(value),
    percent: (value) => whole(value, '%'),
    bytes: size(''),
    speed: size('-per-second'),
    days: inDays(1),
    seconds: (ms) => (ms < MINUTE_MS ? `${tenths.format(ms / SECOND_MS)}${NBSP}s` : duration(ms)),
    duration,
  }
}
