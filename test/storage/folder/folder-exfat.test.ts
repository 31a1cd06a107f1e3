/** A file system without hard links that takes upper and lower case for one: what a NAS or a stick may be. */
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFolder } from '../../../src/storage/folder/open-folder.ts'
import { attachLoop, detachLoop, emptyImage, run, temporaryFolder } from '../../fixtures/drives/disk-image.ts'
import { need } from '../../fixtures/need.ts'
import { put, textOf, value } from '../../suites/blob-store.ts'

test('all blobs keep their own bytes and properties on exFAT', async (ctx) => {
  need(ctx, 'root', 'loop', 'fuse', 'exfat-fuse')
  const base = await temporaryFolder()
  const mount = join(base, 'mount')
  mkdirSync(mount)
  const image = await emptyImage(join(base, 'image'), 32)
  run('mkfs.exfat', image)
  const node = attachLoop(image)
  run('mount.exfat-fuse', node, mount)
  try {
    const opened = openFolder(mount)
    if (!opened.ok) throw new Error(opened.failure.detail)
    const store = opened.value
    const names = [
      'c/a.txt',
      'c/A.txt',
      'C/a.txt',
      'c/a:b',
      'c/x/y',
      'c/X',
      'c/trailing.',
      'c/q?*',
      'c/plain',
    ]
    for (const name of names)
      await put(store, name, name, { condition: 'if-absent', metadata: { Name: name } })
    await put(store, 'c/a.txt', 'again', { metadata: { Name: 'c/a.txt' } })
    for (const name of names) {
      expect(await textOf(store, name)).toBe(name === 'c/a.txt' ? 'again' : name)
      expect(value(await store.head(name))?.metadata).toEqual({ Name: name })
    }
    expect(value(await store.list('', { limit: 20 })).names).toEqual([...names].sort())
    await store.close()
  } finally {
    run('umount', '-l', mount)
    detachLoop(node)
    await rm(base, { recursive: true })
  }
})
