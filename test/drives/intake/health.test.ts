import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeHealth } from '../../../src/drives/intake/health.ts'
import { rawValues } from '../../../src/drives/intake/raw-values.ts'
import { readSmartReport } from '../../../src/drives/intake/smart-report.ts'
import {
  ataReport,
  attribute,
  NVME_REPORT,
  SCSI_BEHIND_UAS,
  UNKNOWN_BRIDGE,
  withAttributes,
} from '../../fixtures/drives/smartctl.ts'

function report(text: string) {
  const read = readSmartReport(text)
  if (!read.ok) throw new Error(read.failure.detail)
  return read.value
}
const judged = (text: string) => judgeHealth(report(text))

describe('the health of a drive', () => {
  test('a drive without complaints is healthy', () => {
    expect(judged(ataReport())).toEqual({ health: 'healthy', reasons: [] })
    expect(judged(NVME_REPORT)).toEqual({ health: 'healthy', reasons: [] })
  })

  test.each<[string, string, string, number]>([
    ['says so itself', ataReport({ smart_status: { passed: false } }), 'says-failing', 0],
    ['has sectors that wait to be replaced', withAttributes(attribute(197, 8)), 'pending-sectors', 8],
    ['has sectors nobody can read', withAttributes(attribute(198, 1)), 'unreadable-sectors', 1],
    ['has replaced many sectors', withAttributes(attribute(5, 100)), 'replaced-sectors', 100],
    [
      'is below a threshold',
      withAttributes(attribute(10, 0, { when_failed: 'now' })),
      'attribute-failing',
      10,
    ],
    [
      'warns over NVMe',
      NVME_REPORT.replace('"critical_warning":0', '"critical_warning":4'),
      'nvme-warning',
      4,
    ],
    [
      'has no spare left',
      NVME_REPORT.replace('"available_spare":100', '"available_spare":9'),
      'spare-used-up',
      9,
    ],
  ])('is at risk when it %s', (_what, text, code, value) => {
    const { health, reasons } = judged(text)
    expect(health).toBe('at-risk')
    expect(reasons[0]).toEqual({ code, value })
  })

  test.each<[string, string, string]>([
    ['replaced a few sectors', withAttributes(attribute(5, 3)), 'replaced-sectors'],
    ['failed to correct a read', withAttributes(attribute(187, 1)), 'reported-uncorrectable'],
    ['had a bad cable', withAttributes(attribute(199, 40)), 'cable-errors'],
    [
      'was below a threshold once',
      withAttributes(attribute(7, 0, { when_failed: 'past' })),
      'attribute-failed-before',
    ],
    ['is hot', ataReport({ temperature: { current: 61 } }), 'hot'],
    ['has run for five years', ataReport({ power_on_time: { hours: 43_800 } }), 'old'],
    ['is worn out', NVME_REPORT.replace('"percentage_used":3', '"percentage_used":104'), 'worn-out'],
    [
      'has grown defects',
      SCSI_BEHIND_UAS.replace('"device_type"', '"scsi_grown_defect_list":7,"device_type"'),
      'replaced-sectors',
    ],
  ])('is watched when it %s', (_what, text, code) => {
    const { health, reasons } = judged(text)
    expect(health).toBe('watch')
    expect(reasons.map((reason) => reason.code)).toEqual([code])
  })

  test('of several reasons the worst come first', () => {
    const codes = judged(withAttributes(attribute(199, 4), attribute(197, 2))).reasons.map(({ code }) => code)
    expect(codes).toEqual(['pending-sectors', 'cable-errors'])
  })

  test('a packed raw value counts by its first number', () => {
    const packed = attribute(187, 4_295_032_833, { raw: { value: 4_295_032_833, string: '0 1 1' } })
    expect(judged(withAttributes(packed)).health).toBe('healthy')
  })

  test('a disk that says nothing is unknown, never healthy', () => {
    expect(judged(SCSI_BEHIND_UAS)).toEqual({ health: 'unknown', reasons: [] })
    expect(report(SCSI_BEHIND_UAS).serial).toBe('WX32DA0K4T7N')
  })

  test('an adapter that lets no question through is a failure that says so', () => {
    expect(readSmartReport(UNKNOWN_BRIDGE)).toMatchObject({
      ok: false,
      failure: { code: 'smart-unavailable', detail: expect.stringContaining('Unknown USB bridge') },
    })
  })

  test('any text is read or refused, and what was read can be judged and shown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readSmartReport(text)
        if (read.ok)
          rawValues(read.value).forEach(({ value }) => void expect(value.length).toBeLessThanOrEqual(256))
      }),
    )
  })

  test('the raw numbers are kept beside the judgement', () => {
    expect(rawValues(report(withAttributes(attribute(197, 8))))).toContainEqual({
      name: '197 Attribute_197',
      value: '8',
    })
  })
})
