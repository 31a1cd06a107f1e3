import { test } from 'vitest'
import { need } from '../../fixtures/need.ts'
import { plugAndPull } from './plug-cycles.ts'

test('twenty times plugged, read and pulled: nothing is left behind', async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4', 'fuse', 'ntfs-3g')
  await plugAndPull(20)
})
