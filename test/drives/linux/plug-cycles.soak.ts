import { test } from 'vitest'
import { need } from '../../fixtures/need.ts'
import { plugAndPull } from './plug-cycles.ts'

test('a thousand times plugged, read and pulled: nothing is left behind', {
  timeout: 3_600_000,
}, async (ctx) => {
  need(ctx, 'root', 'loop', 'ext4', 'fuse', 'ntfs-3g')
  await plugAndPull(1_000)
})
