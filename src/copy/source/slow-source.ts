import type { Clock, Timers } from '../../ports/clock.ts'
import type { ProbeAnswer, ProbeRequest, ReadAnswer, SourceReader, SourceRequest } from './source.ts'

/**
 * A drive that gives no more than so many bytes in a second, whatever is asked for at once. Bytes are paid for after they
 * were read and before they are handed over, so that a burst after a pause gains nothing.
 */
export class SlowSource implements SourceReader {
  readonly #source: SourceReader
  readonly #bytesPerS: number
  readonly #clock: Clock
  readonly #timers: Timers
  /** When everything read so far has been paid for. */
  #paidAt = 0

  constructor(
    source: SourceReader,
    bytesPerS: number,
    { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
  ) {
    this.#source = source
    this.#bytesPerS = bytesPerS
    this.#clock = clock
    this.#timers = timers
  }

  async read(request: SourceRequest): Promise<ReadAnswer> {
    const answer = await this.#source.read(request)
    if (answer.kind === 'read') await this.#pay(answer.bytesRead)
    return answer
  }

  probe(request: ProbeRequest): Promise<ProbeAnswer> {
    return this.#source.probe(request)
  }

  moveTo(root: string): Promise<void> {
    return this.#source.moveTo(root)
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  #pay(bytes: number): Promise<void> {
    const now = this.#clock.now()
    this.#paidAt = Math.max(this.#paidAt, now) + (bytes / this.#bytesPerS) * 1_000
    return new Promise((resolve) => this.#timers.after(this.#paidAt - now, resolve))
  }
}
