import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DrivesUpdate, watchDrives } from '../../src/drives/watch.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeDevices } from '../fakes/devices.ts'

/** Lets time pass, and after each timer lets what it started come to an end. */
async function move(clock: FakeClock, byMs: number): Promise<void> {
  let leftMs = byMs
  for (let next = clock.waitsMs[0]; next !== undefined && next <= leftMs; next = clock.waitsMs[0]) {
    clock.advance(next)
    leftMs -= next
    await settled()
  }
  clock.advance(leftMs)
}

/** Lets everything that is ready run: the fake answers without waiting for anything. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

const OPTIONS = { tickMs: 5_000, debounceMs: 50, settleMs: 250 }

async function watched() {
  const clock = new FakeClock()
  const devices = new FakeDevices()
  const updates: DrivesUpdate[] = []
  const watch = watchDrives({ devices, clock, timers: clock }, (update) => void updates.push(update), OPTIONS)
  await settled()
  return { clock, devices, updates, watch }
}

describe('watching the bays', () => {
  test('the first look is told, even when nothing is plugged', async () => {
    const { updates } = await watched()
    expect(updates).toMatchObject([{ devices: [], plugged: [] }])
  })

  test('a ring leads to a look after the pause, and the drive is told once', async () => {
    const { clock, devices, updates } = await watched()
    devices.plug('2-1', '/d')
    await move(clock, 49)
    expect(updates).toHaveLength(1)
    await move(clock, 1)
    expect(updates[1]?.plugged.map(({ slot }) => slot)).toEqual(['2-1'])
    await move(clock, 60_000)
    expect(updates).toHaveLength(2)
  })

  test('rings without end cannot put the look off', async () => {
    const { clock, devices, updates } = await watched()
    devices.plug('2-1', '/d')
    for (let ms = 0; ms < 60; ms += 10) {
      devices.ring()
      await move(clock, 10)
    }
    expect(updates).toHaveLength(2)
  })

  test('a drive the doorbell missed is found by the tick', async () => {
    const missed = new FakeDevices()
    missed.watch = () => ({ stop: () => undefined })
    const told: DrivesUpdate[] = []
    const clock = new FakeClock()
    watchDrives({ devices: missed, clock, timers: clock }, (u) => void told.push(u), OPTIONS)
    await settled()
    missed.plug('2-1', '/d')
    await move(clock, OPTIONS.tickMs)
    expect(told[1]?.plugged).toHaveLength(1)
  })

  test('a plugged drive is looked at again soon, for what udev adds', async () => {
    const { clock, devices, updates } = await watched()
    devices.plug('2-1', '/d')
    await move(clock, OPTIONS.debounceMs)
    devices.change('2-1', { system: true, systemReason: 'it is part of a Linux RAID array' })
    await move(clock, OPTIONS.settleMs)
    expect(updates[2]).toMatchObject({ plugged: [], unplugged: [], changed: [{ system: true }] })
  })

  test('a failing listing warns once, keeps the drives, and the end of it is told too', async () => {
    const { clock, devices, updates } = await watched()
    devices.plug('2-1', '/d')
    await move(clock, 1_000)
    devices.failNextListings(3)
    await move(clock, 20_000)
    expect(updates.slice(2)).toMatchObject([
      { warning: { code: 'listing-failed' }, devices: [{ slot: '2-1' }], unplugged: [] },
      { devices: [{ slot: '2-1' }], plugged: [], unplugged: [] },
    ])
    expect(updates[3]?.warning).toBeUndefined()
  })

  test('rings during a listing lead to exactly one more', async () => {
    const clock = new FakeClock()
    const devices = new FakeDevices()
    const list = devices.list.bind(devices)
    let open: (() => void) | undefined
    devices.list = async () => {
      const answer = await list()
      await new Promise<void>((resolve) => {
        open = resolve
      })
      return answer
    }
    watchDrives({ devices, clock, timers: clock }, () => undefined, OPTIONS)
    await settled()
    for (let count = 0; count < 5; count++) devices.ring()
    await move(clock, 1_000)
    expect(devices.listings).toBe(1)
    open?.()
    await settled()
    await move(clock, OPTIONS.debounceMs)
    expect(devices.listings).toBe(2)
    open?.()
    await settled()
    await move(clock, OPTIONS.tickMs - 1)
    expect(devices.listings).toBe(2)
  })

  test('after stop nothing is told and no timer is left', async () => {
    const { clock, devices, updates, watch } = await watched()
    watch.stop()
    devices.plug('2-1', '/d')
    await move(clock, 60_000)
    expect(updates).toHaveLength(1)
    expect(clock.waitsMs.length).toBe(0)
  })

  test('whatever is plugged, pulled and failed, the updates add up to what is there at the end', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('plug' as const), slot: fc.constantFrom('1', '2', '3') }),
      fc.record({ do: fc.constant('unplug' as const), slot: fc.constantFrom('1', '2', '3') }),
      fc.record({ do: fc.constant('fail' as const), count: fc.integer({ min: 1, max: 2 }) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 6_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { clock, devices, updates, watch } = await watched()
        for (const one of steps) {
          if (one.do === 'plug') devices.plug(one.slot, '/d')
          else if (one.do === 'unplug') devices.unplug(one.slot)
          else if (one.do === 'fail') devices.failNextListings(one.count)
          else await move(clock, one.ms)
        }
        await move(clock, 4 * OPTIONS.tickMs)

        const present = new Set<string>()
        for (const { plugged, unplugged } of updates) {
          for (const { attachment } of unplugged) expect(present.delete(attachment)).toBe(true)
          for (const { attachment } of plugged) present.add(attachment)
        }
        const truth = await devices.list()
        expect([...present].sort()).toEqual((truth.ok ? truth.value : []).map((d) => d.attachment).sort())
        expect(watch.devices()).toEqual(truth.ok ? truth.value : [])
        expect(clock.waitsMs.length).toBeLessThanOrEqual(1)
        watch.stop()
      }),
      { numRuns: 50 },
    )
  })
})
