import type { Ids } from '../../src/ports/ids.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids that count up and repeat in every run. Two makers with different numbers never make the same one. */
export class CountingIds implements Ids {
  readonly #maker: number
  #count = 0

  constructor(maker = 0) {
    this.#maker = maker
  }

  uuid(): string {
    const maker = this.#maker.toString(16).padStart(8, '0')
    return `${maker}-0000-7000-8000-${(++this.#count).toString(16).padStart(12, '0')}`
  }

  code(length: number): string {
    let rest = ++this.#count
    let code = ''
    for (let i = 0; i < length; i++, rest = Math.floor(rest / 32)) code = (CROCKFORD[rest % 32] ?? '') + code
    return code
  }

  hex(length: number): string {
    return (++this.#count)
      .toString(16)
      .padStart(2 * length, '0')
      .slice(-2 * length)
  }
}
