import { fail, ok } from '../lifecycle/outcome.ts'
import type { Device, Devices } from '../ports/devices.ts'

/**
 * Several sources of drives as one. One source that cannot be listed makes the whole listing fail: half a listing would
 * look like drives pulled out. `doorbells` ring for all of them, beside their own.
 */
export function allDevices(
  sources: readonly Devices[],
  doorbells: readonly Pick<Devices, 'watch'>[] = [],
): Devices {
  let sourceOf = new Map<string, Devices>()
  return {
    async list() {
      const found: Device[] = []
      const from = new Map<string, Devices>()
      for (const source of sources) {
        const listed = await source.list()
        if (!listed.ok) return listed
        for (const device of listed.value) from.set(device.attachment, source)
        found.push(...listed.value)
      }
      sourceOf = from
      return ok(found)
    },
    watch(ring) {
      const watches = [...sources, ...doorbells].map((source) => source.watch(ring))
      return { stop: () => watches.forEach((watch) => void watch.stop()) }
    },
    async open(device, secrets) {
      const source = sourceOf.get(device.attachment)
      if (source === undefined) return fail('DiskNotFound', 'The drive is no longer there. Plug it in again.')
      return source.open(device, secrets)
    },
    async examine(device) {
      const source = sourceOf.get(device.attachment)
      if (source === undefined)
        return fail('examination-failed', 'The drive is no longer there. Plug it in again.')
      return source.examine(device)
    },
    async eject(device) {
      return (await sourceOf.get(device.attachment)?.eject(device)) ?? ok()
    },
    async prepareTarget(device, order) {
      const source = sourceOf.get(device.attachment)
      if (source === undefined) return fail('DiskNotFound', 'The drive is no longer there. Plug it in again.')
      return source.prepareTarget(device, order)
    },
    async closeLeftovers() {
      const closed: string[] = []
      for (const source of sources) {
        const leftovers = await source.closeLeftovers()
        if (!leftovers.ok) return leftovers
        closed.push(...leftovers.value)
      }
      return ok(closed)
    },
  }
}
