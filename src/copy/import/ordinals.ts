/** A set of blobs by their place in the manifest, kept as runs: small as long as what it names lies together. */

/** First and last of each run, rising. */
export type Runs = [number, number][]

export class Ordinals {
  #runs: Runs

  constructor(runs: Runs = []) {
    this.#runs = runs.map(([first, last]) => [first, last])
  }

  get runs(): Runs {
    return this.#runs.map(([first, last]) => [first, last])
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  add(first: number, last = first): void {
    const end = this.#runs.at(-1)
    if (end === undefined || first > end[1] + 1) this.#runs.push([first, last])
    else if (first === end[1] + 1) end[1] = last
    else this.#insert(first, last)
  }

  has(ordinal: number): boolean {
    let low = 0
    let high = this.#runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const [first, last] = this.#runs[middle] ?? [0, 0]
      if (ordinal < first) high = middle - 1
      else if (ordinal > last) low = middle + 1
      else return true
    }
    return false
  }

  /** What comes late (blobs tried again at the end) is rare. */
  #insert(first: number, last: number): void {
    const sorted = [...this.#runs, [first, last] as [number, number]].sort(([a], [b]) => a - b)
    this.#runs = []
    for (const [from, to] of sorted) {
      const end = this.#runs.at(-1)
      if (end !== undefined && from <= end[1] + 1) end[1] = Math.max(end[1], to)
      else this.#runs.push([from, to])
    }
  }
}
