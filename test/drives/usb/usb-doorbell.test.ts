import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { usbDoorbell } from '../../../src/drives/usb/usb-doorbell.ts'
import { nodeProcessHost } from '../../../src/host/node-process-host.ts'
import { ok } from '../../../src/lifecycle/outcome.ts'
import type { ProcessHost, ProcessOptions } from '../../../src/ports/process-host.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { FakeLog } from '../../fakes/log.ts'

/** A listening process played by the test. */
function played() {
  const clock = new FakeClock()
  const log = new FakeLog()
  const started: ProcessOptions[] = []
  let killed = 0
  const processes: ProcessHost = {
    start(_program, options) {
      started.push(options)
      return ok({
        pid: started.length,
        send: () => undefined,
        end: () => undefined,
        kill: () => void killed++,
      })
    },
  }
  let rings = 0
  const bell = usbDoorbell({ processes, timers: clock, log }).watch(() => void rings++)
  return { clock, log, bell, started, rings: () => rings, killed: () => killed }
}

describe('the USB doorbell', () => {
  test('rings at once, and again until the disk behind the adapter has settled', () => {
    const { clock, started, rings } = played()
    started[0]?.onMessage({ type: 'rang' })
    clock.advance(0)
    expect(rings()).toBe(1)
    clock.advance(60_000)
    expect(rings()).toBe(6)
    expect(clock.waitsMs).toEqual([])
  })

  test('a second ring begins the settling anew and piles nothing up', () => {
    const { clock, started, rings } = played()
    for (let count = 0; count < 50; count++) started[0]?.onMessage({ type: 'rang' })
    clock.advance(60_000)
    expect(rings()).toBe(6)
  })

  test('what it does not understand rings nothing', () => {
    const { clock, started, rings } = played()
    started[0]?.onMessage('rang')
    started[0]?.onMessage({ type: 'explode' })
    clock.advance(60_000)
    expect(rings()).toBe(0)
  })

  test('a process that ends is a warning and is started again, three times at most', () => {
    const { clock, log, started } = played()
    for (let life = 0; life < 4; life++) {
      started[life]?.onExit({ code: 1, signal: null })
      clock.advance(600_000)
    }
    expect(started).toHaveLength(4)
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn', 'warn'])
    expect(clock.waitsMs).toEqual([])
  })

  test('when stopped it kills its process, and that end is no warning', () => {
    const { clock, log, bell, started, killed } = played()
    started[0]?.onMessage({ type: 'rang' })
    bell.stop()
    bell.stop()
    started[0]?.onExit({ code: null, signal: 'SIGKILL' })
    expect(killed()).toBe(1)
    expect(log.lines).toEqual([])
    expect(clock.waitsMs).toEqual([])
  })
})

test('on this machine: it listens where there is USB, and says why not where there is none', async () => {
  const log = new FakeLog()
  const clock = new FakeClock()
  const real = nodeProcessHost(log)
  let hear: (said: unknown) => void = () => undefined
  const firstWord = new Promise<unknown>((resolve) => {
    hear = resolve
  })
  const processes: ProcessHost = {
    start: (program, { label, onMessage, onExit }) =>
      real.start(program, {
        label,
        onMessage(message) {
          onMessage(message)
          if (existsSync('/sys/bus/usb')) hear(message)
        },
        onExit(exit) {
          onExit(exit)
          hear(exit)
        },
      }),
  }
  const bell = usbDoorbell({ processes, timers: clock, log }).watch(() => undefined)
  const said = await firstWord
  bell.stop()
  if (existsSync('/sys/bus/usb')) {
    expect(said).toEqual({ type: 'listening' })
    return
  }
  expect(said).toMatchObject({ code: 1 })
  expect(log.lines).toMatchObject([
    { level: 'warn', facts: { detail: expect.stringContaining('/sys/bus/usb') } },
  ])
})
