import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Device, Devices } from '../../src/ports/devices.ts'

/** A dock with one empty bay, under one implementation of the port. */
export interface DevicesDock {
  readonly devices: Devices
  /** Plugs a drive with this serial into the bay; its volume holds `/hello.txt` with the text `from the drive`. */
  plug(serial: string): Promise<void>
  unplug(): Promise<void>
  /** Puts everything away. */
  end(): Promise<void>
}

export const HELLO = { name: 'hello.txt', text: 'from the drive' }

/** What every implementation of `Devices` keeps. `prepare` runs before each story and may skip it. */
export function devicesSuite(
  name: string,
  prepare: (ctx: { skip(reason: string): void }) => Promise<DevicesDock>,
): void {
  describe(`Devices: ${name}`, () => {
    let dock: DevicesDock
    beforeEach(async (ctx) => {
      dock = await prepare(ctx)
    })
    afterEach(async () => {
      await dock.end()
    })

    async function listed(): Promise<readonly Device[]> {
      const listing = await dock.devices.list()
      if (!listing.ok) throw new Error(listing.failure.detail ?? listing.failure.sentence)
      return listing.value
    }

    /** The one drive in the bay: other disks of the machine may be listed beside it. */
    async function inBay(serial: string): Promise<Device> {
      const drives = (await listed()).filter((device) => device.serials.some(({ text }) => text === serial))
      expect(drives).toHaveLength(1)
      return drives[0] as Device
    }

    test('a plugged drive is listed with its serial, and is nobody’s system disk', async () => {
      await dock.plug('QZ71M0042')
      const drive = await inBay('QZ71M0042')
      expect(drive.system).toBe(false)
      expect(drive.sizeBytes).toBeGreaterThan(0)
      expect(drive.slot).not.toBe('')
    })

    test('the attachment stays the same over listings, opening and closing', async () => {
      await dock.plug('QZ71M0042')
      const before = await inBay('QZ71M0042')
      const opened = await dock.devices.open(before, {})
      if (!opened.ok) throw new Error(opened.failure.detail ?? opened.failure.sentence)
      expect((await inBay('QZ71M0042')).attachment).toBe(before.attachment)
      expect(await opened.value.close()).toMatchObject({ ok: true })
      expect((await inBay('QZ71M0042')).attachment).toBe(before.attachment)
    })

    test('an unplugged drive is listed no more, and plugged again it is another attachment in the same slot', async () => {
      await dock.plug('QZ71M0042')
      const before = await inBay('QZ71M0042')
      await dock.unplug()
      expect((await listed()).map(({ attachment }) => attachment)).not.toContain(before.attachment)
      await dock.plug('QZ71M0042')
      const after = await inBay('QZ71M0042')
      expect(after.attachment).not.toBe(before.attachment)
      expect(after.slot).toBe(before.slot)
    })

    test('an open volume can be read, and closing it twice is fine', async () => {
      await dock.plug('QZ71M0042')
      const opened = await dock.devices.open(await inBay('QZ71M0042'), {})
      if (!opened.ok) throw new Error(opened.failure.detail ?? opened.failure.sentence)
      expect(await readFile(join(opened.value.root, HELLO.name), 'utf8')).toBe(HELLO.text)
      expect(opened.value.sizeBytes).toBeGreaterThan(0)
      expect(await opened.value.close()).toMatchObject({ ok: true })
      expect(await opened.value.close()).toMatchObject({ ok: true })
    })

    test('a drive unplugged since the listing cannot be opened, also when another one took its place', async () => {
      await dock.plug('QZ71M0042')
      const before = await inBay('QZ71M0042')
      await dock.unplug()
      expect(await dock.devices.open(before, {})).toMatchObject({ failure: { code: 'DiskNotFound' } })
      await dock.plug('QZ71M0043')
      expect(await dock.devices.open(before, {})).toMatchObject({ failure: { code: 'DiskNotFound' } })
    })

    test('a plugged drive can be examined; one that was pulled since cannot', async () => {
      await dock.plug('QZ71M0042')
      const drive = await inBay('QZ71M0042')
      const examined = await dock.devices.examine(drive)
      expect(examined).toMatchObject({ ok: true, value: { reasons: [], rawValues: [] } })
      await dock.unplug()
      expect(await dock.devices.examine(drive)).toMatchObject({ failure: { code: 'examination-failed' } })
    })

    test('an ejected drive has nothing open, and can be opened again', async () => {
      await dock.plug('QZ71M0042')
      const drive = await inBay('QZ71M0042')
      const opened = await dock.devices.open(drive, {})
      if (!opened.ok) throw new Error(opened.failure.detail ?? opened.failure.sentence)
      await opened.value.close()
      expect(await dock.devices.eject(drive)).toEqual({ ok: true, value: undefined })
      const again = await dock.devices.open(drive, {})
      expect(again.ok).toBe(true)
      if (again.ok) await again.value.close()
    })

    test('there are no leftovers when nothing was left open, nor while a drive is open', async () => {
      expect(await dock.devices.closeLeftovers()).toEqual({ ok: true, value: [] })
      await dock.plug('QZ71M0042')
      const opened = await dock.devices.open(await inBay('QZ71M0042'), {})
      if (!opened.ok) throw new Error(opened.failure.detail ?? opened.failure.sentence)
      expect(await dock.devices.closeLeftovers()).toEqual({ ok: true, value: [] })
      expect(await readFile(join(opened.value.root, HELLO.name), 'utf8')).toBe(HELLO.text)
      await opened.value.close()
    })

    test('a watch can be stopped, twice', () => {
      const watch = dock.devices.watch(() => undefined)
      watch.stop()
      watch.stop()
    })
  })
}
