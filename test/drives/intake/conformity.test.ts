import { describe, expect, test } from 'vitest'
import { judgeConformity, type SeenVolume } from '../../../src/drives/intake/conformity.ts'
import { readSmartReport } from '../../../src/drives/intake/smart-report.ts'
import { ataReport, NVME_REPORT } from '../../fixtures/drives/smartctl.ts'

function report(text: string) {
  const read = readSmartReport(text)
  if (!read.ok) throw new Error(read.failure.detail)
  return read.value
}
const LOCKED: readonly SeenVolume[] = [{ fileSystem: 'BitLocker', sizeBytes: 1 }]
const codes = (...args: Parameters<typeof judgeConformity>) =>
  judgeConformity(...args).map(({ code }) => code)

describe('whether the service takes a drive', () => {
  test('a SATA disk of the right size with one locked volume is taken', () => {
    expect(judgeConformity({ kind: 'usb' }, report(ataReport()), LOCKED)).toEqual([])
    const solidState = ataReport({ rotation_rate: 0, form_factor: { name: '2.5 inches' } })
    expect(judgeConformity({ kind: 'sata' }, report(solidState), LOCKED)).toEqual([])
  })

  test.each([
    ['NVMe', 'nvme', NVME_REPORT, 'not-sata', 'NVMe'],
    ['4096-byte sectors', 'usb', ataReport({ logical_block_size: 4096 }), 'sector-size', '4096 bytes'],
    [
      'an M.2 card',
      'usb',
      ataReport({ rotation_rate: 0, form_factor: { name: 'M.2' } }),
      'form-factor',
      'M.2',
    ],
    [
      'a large solid-state disk',
      'usb',
      ataReport({ rotation_rate: 0, form_factor: { name: '3.5 inches' } }),
      'form-factor',
      '3.5 inches',
    ],
    [
      'a first-generation link',
      'usb',
      ataReport({ interface_speed: { max: { units_per_second: 15, bits_per_unit: 100_000_000 } } }),
      'link-too-slow',
      '1.5 Gb/s',
    ],
  ] as const)('%s is refused, in its own words', (_what, kind, text, code, found) => {
    expect(judgeConformity({ kind }, report(text), LOCKED)).toEqual([{ code, weight: 'refuse', found }])
  })

  test('a drive without any volume is refused, one with nothing known of it is not', () => {
    expect(codes({ kind: 'usb' }, undefined, [])).toEqual(['no-volume'])
    expect(codes({ kind: 'usb' }, undefined, [{ fileSystem: undefined, sizeBytes: 1 }])).toEqual([
      'no-volume',
    ])
    expect(codes({ kind: 'usb' }, undefined, undefined)).toEqual([])
  })

  test('what this station reads beyond the service’s list is a notice', () => {
    const volumes = (fileSystem: string) => [{ fileSystem, sizeBytes: 1 }]
    expect(judgeConformity({ kind: 'usb' }, undefined, volumes('ext4'))).toEqual([
      { code: 'not-encrypted', weight: 'notice', found: 'ext4' },
      { code: 'file-system', weight: 'notice', found: 'ext4' },
    ])
    expect(codes({ kind: 'usb' }, undefined, volumes('ntfs'))).toEqual(['not-encrypted'])
    expect(codes({ kind: 'usb' }, undefined, [...LOCKED, ...LOCKED])).toEqual(['several-volumes'])
  })
})
