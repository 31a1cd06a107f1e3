import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chooseTarget,
  type TargetRefusal,
  type TargetRequest,
} from '../../../src/drives/targets/choose-target.ts'
import { whyNotTarget } from '../../../src/drives/targets/why-not-target.ts'
import type { Device } from '../../../src/ports/devices.ts'
import { type Question, randomQuestion } from '../../fixtures/drives/disk-layouts.ts'

/** Both looks together: what is decided, and what is seen in the moment of opening. */
function chosen({ request, layout, disks, context }: Question): string | undefined {
  const target = chooseTarget(request, layout)
  if (!target.ok) return undefined
  const disk = disks.find(({ device }) => device.attachment === target.value.attachment)
  if (disk === undefined) return 'a disk that is not there'
  return whyNotTarget(disk.tree, context) === undefined ? disk.device.attachment : undefined
}

describe('which disk may be written to', () => {
  test('no wrong one, and the right one always, on ten thousand machines', () => {
    let rights = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const question = randomQuestion(seed)
        if (question.right !== undefined) rights++
        expect(chosen(question)).toBe(question.right?.device.attachment)
      }),
      { numRuns: 10_000 },
    )
    // Not because nothing is ever asked for that could be granted.
    expect(rights).toBeGreaterThan(200)
  })

  const device: Device = {
    attachment: 'a1',
    slot: '1-2',
    node: '/dev/sdb',
    kind: 'usb',
    serials: [{ text: 'WX32DA0K4T7N', source: 'disk' }],
    model: undefined,
    sizeBytes: 1e12,
    readOnly: false,
    system: false,
  }
  const drive: TargetRequest['drive'] = {
    serial: 'WX32DA0K4T7N',
    direction: 'Export',
    state: 'Received',
    setApart: false,
  }
  const request: TargetRequest = { drive, labelScan: 'WX32DA0K4T7N', attachment: 'a1' }
  const layout = { devices: [device], sources: new Set<string>(), importSerials: [] }

  test('a drive of an export job, scanned for its bay, that says who it is', () => {
    expect(chooseTarget(request, layout)).toEqual({
      ok: true,
      value: { attachment: 'a1', serial: 'WX32DA0K4T7N' },
    })
    const byAdapter = { ...device, serials: [{ text: 'WX32DA0K4T7N', source: 'bridge' as const }] }
    expect(chooseTarget(request, { ...layout, devices: [byAdapter] }).ok).toBe(true)
  })

  test.each<[string, Partial<TargetRequest>, Partial<typeof layout>, TargetRefusal]>([
    ['an import job', { drive: { ...drive, direction: 'Import' } }, {}, 'not-of-an-export'],
    ['a drive that is done', { drive: { ...drive, state: 'Completed' } }, {}, 'not-of-an-export'],
    ['a drive that goes home by itself', { drive: { ...drive, setApart: true } }, {}, 'not-of-an-export'],
    ['no scan', { labelScan: undefined }, {}, 'not-confirmed'],
    ['the scan of another drive', { labelScan: 'WX32DA0K9M2C' }, {}, 'not-confirmed'],
    ['an empty bay', { attachment: 'a2' }, {}, 'not-plugged'],
    ['this machine’s disk', {}, { devices: [{ ...device, system: true }] }, 'system-disk'],
    ['a disk being read', {}, { sources: new Set(['a1']) }, 'source'],
    ['a drive an import lists', {}, { importSerials: ['wx32da0k4t7n'] as never }, 'source'],
    [
      'a disk that says it is another',
      {},
      { devices: [{ ...device, serials: [{ text: 'ZZ9', source: 'disk' }] }] },
      'identity-contradicted',
    ],
    ['a disk that says nothing', {}, { devices: [{ ...device, serials: [] }] }, 'identity-unknown'],
    ['two that say the same', {}, { devices: [device, { ...device, attachment: 'a2' }] }, 'twin'],
  ])('never: %s', (_, change, around, code) => {
    const target = chooseTarget({ ...request, ...change }, { ...layout, ...around } as typeof layout)
    expect(target.ok ? 'chosen' : target.failure.code).toBe(code)
  })
})
