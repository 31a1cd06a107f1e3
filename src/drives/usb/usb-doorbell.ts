import { z } from 'zod'
import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { HostedProcess, ProcessHost } from '../../ports/process-host.ts'

/**
 * Rings when something is plugged into USB or pulled from it. A doorbell and nothing more: what is there is asked of the
 * listing. The listening process may end at any time (no USB, a broken controller): that is a warning, it is started anew
 * a few times, and the slow tick of the watch finds drives all the same.
 */
export interface UsbDoorbellDeps {
  readonly processes: ProcessHost
  readonly timers: Timers
  readonly log: Log
}

/**
 * USB announces an adapter before the kernel has asked the disk behind it: a second before with the usb-storage driver
 * (`delay_use`), longer while a disk spins up. Each ring is repeated until then.
 */
const SETTLING_MS = [0, 400, 1_200, 2_500, 5_000, 10_000] as const

/** Pauses before it is started again; after the last it stays away until the station is. */
const RESTARTS_MS = [5_000, 60_000, 600_000] as const

const SAID = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening') }),
  z.object({ type: z.literal('rang') }),
  z.object({ type: z.literal('failed'), detail: z.string() }),
])

export function usbDoorbell(deps: UsbDoorbellDeps): { watch(ring: () => void): { stop(): void } } {
  return { watch: (ring) => new UsbDoorbell(deps, ring) }
}

class UsbDoorbell {
  readonly #deps: UsbDoorbellDeps
  readonly #ring: () => void
  #process: HostedProcess | undefined
  #settling: { cancel(): void }[] = []
  #restart: { cancel(): void } | undefined
  #restarts = 0
  #detail: string | undefined
  #stopped = false

  constructor(deps: UsbDoorbellDeps, ring: () => void) {
    this.#deps = deps
    this.#ring = ring
    this.#start()
  }

  stop(): void {
    this.#stopped = true
    this.#restart?.cancel()
    this.#quiet()
    this.#process?.kill()
    this.#process = undefined
  }

  #start(): void {
    this.#detail = undefined
    const started = this.#deps.processes.start('usb', {
      label: 'usb',
      onMessage: (message) => this.#hear(message),
      onExit: ({ code, signal }) => this.#ended(this.#detail ?? signal ?? `code ${code}`),
    })
    if (started.ok) this.#process = started.value
    else this.#ended(started.failure.sentence)
  }

  #hear(message: unknown): void {
    const said = SAID.safeParse(message)
    if (this.#stopped || !said.success) return
    if (said.data.type === 'failed') this.#detail = said.data.detail
    else this.#rang()
  }

  /** Also when it begins to listen: what was plugged before then rang nowhere. */
  #rang(): void {
    this.#quiet()
    this.#settling = SETTLING_MS.map((delayMs) => this.#deps.timers.after(delayMs, this.#ring))
  }

  #quiet(): void {
    for (const timer of this.#settling.splice(0)) timer.cancel()
  }

  #ended(detail: string): void {
    this.#process = undefined
    if (this.#stopped) return
    const pauseMs = RESTARTS_MS[this.#restarts++]
    const again = pauseMs === undefined ? 'not started again' : `started again in ${pauseMs / 1_000} s`
    this.#deps.log.warn(
      `Nobody listens to USB (${again}); plugged drives are found by looking every few seconds.`,
      {
        detail,
      },
    )
    if (pauseMs !== undefined) this.#restart = this.#deps.timers.after(pauseMs, () => this.#start())
  }
}
