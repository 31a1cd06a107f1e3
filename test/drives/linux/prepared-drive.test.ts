import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareDrive } from '../../../src/copy/prepare/prepare.ts'
import { attachLoop, detachLoop, digest, makeImage, run } from '../../fixtures/drives/disk-image.ts'
import { type LoopDock, loopDock } from '../../fixtures/drives/loop-dock.ts'
import { need } from '../../fixtures/need.ts'

/** A drive's whole way but the copy: the customer fills it, the station opens it, and it goes home as it came. */
let dock: LoopDock
beforeEach(async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4')
  dock = await loopDock()
})
afterEach(async () => {
  await dock.end()
})

test('a drive prepared by the customer is read by the station, and not one byte of it changes', async () => {
  const source = join(dock.base, 'source')
  const empty = join(dock.base, 'empty')
  const mounted = join(dock.base, 'customer')
  for (const folder of [source, empty, mounted, join(source, 'harbour')]) await mkdir(folder)
  await writeFile(join(source, 'harbour', 'crane.bin'), Buffer.alloc(6_000_000, 'crane'))
  await writeFile(join(source, 'Ünïcode näme.txt'), 'quayside station sample\n')

  // Given a new ext4 drive that the customer prepares on their own machine and unplugs.
  const image = await makeImage(join(dock.base, 'drive.img'), 'ext4', empty)
  const node = attachLoop(image)
  run('mount', node, mounted)
  const prepared = await prepareDrive(
    { source, driveRoot: mounted, driveId: 'QZ71M0042', container: 'photos', disposition: 'rename' },
    { report: () => undefined },
  )
  run('umount', mounted)
  detachLoop(node)
  if (!prepared.ok) throw new Error(`${prepared.failure.sentence} ${prepared.failure.detail}`)
  const before = await digest(image)

  // When the station opens and reads it.
  const opened = await dock.devices.open(await dock.plug(image, 'QZ71M0042'), {})
  if (!opened.ok) throw new Error(`${opened.failure.sentence} ${opened.failure.detail}`)
  const { root } = opened.value
  const manifest = await readFile(join(root, 'DriveManifest.xml'))
  const crane = await readFile(join(root, 'photos', 'harbour', 'crane.bin'))
  const text = await readFile(join(root, 'photos', 'Ünïcode näme.txt'), 'utf8')
  expect(await opened.value.close()).toMatchObject({ ok: true })

  // Then everything is there, and the drive goes home as it came.
  const md5 = createHash('md5').update(manifest).digest('hex').toUpperCase()
  expect(md5).toBe(prepared.value.driveListEntry.manifestHash)
  expect(crane.equals(Buffer.alloc(6_000_000, 'crane'))).toBe(true)
  expect(text).toBe('quayside station sample\n')
  expect(await digest(image)).toBe(before)
})
