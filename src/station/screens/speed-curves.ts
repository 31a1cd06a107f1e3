import type { CopyProgress } from '../../contract/copy-messages.ts'

/** At most so many points are kept of a copy; older ones are joined two by two. */
const MOST_POINTS = 60

interface Curve {
  bytesDone: number
  at: number
  /** Time each point stands for. Doubles whenever points are joined. */
  pointMs: number
  bytesInPoint: number
  msInPoint: number
  points: number[]
}

/** Speed over time of running copies, from what their progress says. Bytes per second. */
export class SpeedCurves {
  readonly #curves = new Map<string, Curve>()

  /** Called now and then with the progress of a copy; `at` in milliseconds. */
  sample(serial: string, progress: CopyProgress, at: number): void {
    const curve = this.#curves.get(serial)
    if (curve === undefined) {
      this.#curves.set(serial, {
        bytesDone: progress.bytesDone,
        at,
        pointMs: 1_000,
        bytesInPoint: 0,
        msInPoint: 0,
        points: [],
      })
      return
    }
    curve.bytesInPoint += progress.bytesDone - curve.bytesDone
    curve.msInPoint += at - curve.at
    curve.bytesDone = progress.bytesDone
    curve.at = at
    if (curve.msInPoint < curve.pointMs) return
    curve.points.push(Math.round((1_000 * curve.bytesInPoint) / curve.msInPoint))
    curve.bytesInPoint = 0
    curve.msInPoint = 0
    if (curve.points.length > MOST_POINTS) this.#join(curve)
  }

  /** `now`: the mean of the last few points, steadier than the last alone. */
  of(serial: string): { readonly now: number; readonly points: readonly number[] } {
    const points = this.#curves.get(serial)?.points ?? []
    const last = points.slice(-3)
    return { now: last.length === 0 ? 0 : last.reduce((sum, p) => sum + p, 0) / last.length, points }
  }

  forget(serial: string): void {
    this.#curves.delete(serial)
  }

  #join(curve: Curve): void {
    const joined: number[] = []
    for (let at = 0; at < curve.points.length; at += 2) {
      const pair = curve.points.slice(at, at + 2)
      joined.push(Math.round(pair.reduce((sum, p) => sum + p, 0) / pair.length))
    }
    curve.points = joined
    curve.pointMs *= 2
  }
}
