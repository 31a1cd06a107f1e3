import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createListing } from '../../../src/drives/linux/listing.ts'
import { KERNEL } from '../../../src/drives/linux/sysfs.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { FakeLog } from '../../fakes/log.ts'
import { digest, emptyImage, makeImage, run } from '../../fixtures/drives/disk-image.ts'
import { type LoopDock, loopDock } from '../../fixtures/drives/loop-dock.ts'
import { printed, scriptedCommands } from '../../fixtures/drives/scripted-commands.ts'
import { need } from '../../fixtures/need.ts'

/** A drive may name itself, its volume and its files as it likes: they are texts, shown and never run. */
const NAMES = [
  ';$(touch pwned)`touch pwned`',
  'line\nbreak\r\tand tab',
  '\u001b[2J\u001b]0;title\u0007',
  '\u202Egnp.exe\u202C',
  '-rf',
  ' ',
  '\'"\\',
  'x'.repeat(255),
  'ä'.repeat(127),
]

describe('a hostile drive', () => {
  let dock: LoopDock
  beforeEach(async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    dock = await loopDock()
  })
  afterEach(() => dock.end())

  test('names of files are read as they are, and nothing is run or changed', async () => {
    const tree = join(dock.base, 'tree')
    await mkdir(tree)
    for (const name of NAMES) await writeFile(join(tree, name), name)
    const image = await makeImage(join(dock.base, 'drive.img'), 'ext4', tree)
    run('tune2fs', '-L', ';$(id)\u001b[2J\n', image)
    const before = await digest(image)
    const opened = await dock.devices.open(await dock.plug(image, '$(touch pwned)'), {})
    if (!opened.ok) throw new Error(opened.failure.detail)
    const names = (await readdir(opened.value.root)).filter((name) => name !== 'lost+found')
    expect(names.sort()).toEqual([...NAMES].sort())
    for (const name of NAMES) expect(await readFile(join(opened.value.root, name), 'utf8')).toBe(name)
    await opened.value.close()
    expect(await digest(image)).toBe(before)
    for (const folder of [process.cwd(), dock.base, dock.mountDir, '/'])
      expect(existsSync(join(folder, 'pwned')), folder).toBe(false)
  })

  test('a drive of random bytes is no volume, and says so', async () => {
    const image = await emptyImage(join(dock.base, 'noise.img'), 4)
    await writeFile(
      image,
      Buffer.from(Array.from({ length: 4 << 20 }, (_none, at) => (at * 7919 + (at >> 9)) % 256)),
    )
    const opened = await dock.devices.open(await dock.plug(image, 'NOISE'), {})
    expect(opened).toMatchObject({ ok: false, failure: { code: 'VolumeNotNtfs' } })
  })

  test('a model with control characters is kept raw and is one device, whatever it says', async () => {
    const model = 'WD\n{"blockdevices":[]}\u001b[2J;$(id)\u202E'
    const commands = scriptedCommands({
      lsblk: () =>
        printed(
          JSON.stringify({
            blockdevices: [
              {
                kname: 'loop0',
                path: '/dev/loop0',
                type: 'loop',
                size: 512,
                ro: false,
                model,
                mountpoints: [],
              },
            ],
          }),
        ),
    })
    const options = { mountDir: dock.mountDir, loops: () => [{ name: 'loop0' }], timeoutMs: 1_000 }
    const deps = { commands, kernel: KERNEL, timers: new FakeClock(), log: new FakeLog() }
    const listed = await createListing({ ...deps, diskNodes: async () => [] }, options)()
    expect(listed).toMatchObject({ ok: true, value: [{ model: model.trim() }] })
    expect(commands.calls.map(({ program }) => program)).toEqual(['lsblk'])
  })
})
