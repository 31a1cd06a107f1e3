import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createLinuxDevices } from '../../src/drives/linux/linux-devices.ts'
import { createVirtualDevices, createVirtualDriveList } from '../../src/drives/virtual.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { FakeDevices } from '../fakes/devices.ts'
import { FakeLog } from '../fakes/log.ts'
import {
  attachLoop,
  detachLoop,
  emptyImage,
  makeImage,
  swapLoop,
  temporaryFolder,
} from '../fixtures/drives/disk-image.ts'
import { need } from '../fixtures/need.ts'
import { devicesSuite, HELLO } from '../suites/devices.ts'

async function helloTree(base: string): Promise<string> {
  const tree = join(base, 'tree')
  await mkdir(tree)
  await writeFile(join(tree, HELLO.name), HELLO.text)
  return tree
}

devicesSuite('in memory', async () => {
  const base = await temporaryFolder()
  const tree = await helloTree(base)
  const devices = new FakeDevices()
  return {
    devices,
    plug: async (serial) => void devices.plug('2-1', tree, { serials: [{ text: serial, source: 'disk' }] }),
    unplug: async () => devices.unplug('2-1'),
    end: () => rm(base, { recursive: true }),
  }
})

devicesSuite('virtual, from a list', async () => {
  const base = await temporaryFolder()
  const folder = await helloTree(base)
  const list = createVirtualDriveList()
  const devices = createVirtualDevices({ kind: 'list', list })
  return {
    devices,
    plug: async (serial) => list.plug({ slot: 'A1', folder, serial }),
    // Somebody looks in between, as the watch does on each edit.
    unplug: async () => {
      list.unplug('A1')
      await devices.list()
    },
    end: () => rm(base, { recursive: true }),
  }
})

devicesSuite('virtual, from a file', async () => {
  const base = await temporaryFolder()
  const folder = await helloTree(base)
  const path = join(base, 'drives.json')
  const devices = createVirtualDevices({ kind: 'file', path })
  const write = (drives: readonly unknown[]) => writeFile(path, JSON.stringify(drives))
  await write([])
  return {
    devices,
    plug: (serial) => write([{ slot: 'A1', folder, serial }]),
    unplug: async () => {
      await write([])
      await devices.list()
    },
    end: () => rm(base, { recursive: true }),
  }
})

devicesSuite('Linux, on a loop device', async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  const base = await temporaryFolder()
  const image = await makeImage(join(base, 'drive.img'), 'ext4', await helloTree(base))
  // The bay keeps its loop device while it is empty: other tests must not be given the number meanwhile.
  const empty = await emptyImage(join(base, 'empty.img'), 1)
  const node = attachLoop(empty)
  let serial: string | undefined
  const devices = await createLinuxDevices(
    {
      mountDir: join(base, 'mounts'),
      loops: () => (serial === undefined ? [] : [{ name: basename(node), serial }]),
    },
    { timers: systemTimers, log: new FakeLog() },
  )
  return {
    devices,
    plug: async (label) => {
      swapLoop(node, image)
      serial = label
    },
    unplug: async () => {
      swapLoop(node, empty)
      serial = undefined
    },
    end: async () => {
      detachLoop(node)
      await rm(base, { recursive: true })
    },
  }
})
