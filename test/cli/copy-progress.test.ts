import fc from 'fast-check'
import { expect, test } from 'vitest'
import { barOf } from '../../src/cli/copy-progress.ts'

test('a bar tells phase, share, files and bytes', () => {
  expect(
    barOf({ phase: 'copying', bytesDone: 1_500_000, bytesTotal: 3_000_000, filesDone: 3, filesTotal: 10 }),
  ).toBe('copying   ██████████████░░░░░░░░░░░░░░  50 %  3/10 files  1.5 MB of 3.0 MB')
})

test('a bar is always as long, and full only when everything is dealt with', () => {
  fc.assert(
    fc.property(
      fc.nat(1e9),
      fc.nat(1e9),
      fc.nat(1_000),
      fc.nat(1_000),
      (bytes, moreBytes, files, moreFiles) => {
        const bytesTotal = bytes + moreBytes
        const bar = barOf({
          phase: 'copying',
          bytesDone: bytes,
          bytesTotal,
          filesDone: files,
          filesTotal: files + moreFiles,
        })
        expect(bar.match(/[█░]/g)).toHaveLength(28)
        if (moreBytes > 0) expect(bar).not.toContain('100 %')
      },
    ),
  )
})
