import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDefaultSerial } from '../../src/drives/bridges.ts'
import { type IdentityEvidence, judgeIdentity } from '../../src/drives/identity.ts'

const HASH = 'D914C50ACC4F55EDB021E970F29DEDC3'
const clean: IdentityEvidence = {
  labelScan: 'QZ71M0042',
  manifestDriveId: 'QZ71M0042',
  manifestHash: { expected: HASH, actual: HASH.toLowerCase() },
  deviceSerials: [{ text: 'QZ71M0042', source: 'disk' }],
}

describe('the drive in the bay', () => {
  test('is certain when label, manifest, hash and the disk itself agree', () => {
    expect(judgeIdentity(clean)).toEqual({
      verdict: 'certain',
      sentence: 'Label, manifest and manifest hash agree on QZ71M0042; the drive itself says the same.',
      next: 'Nothing to do; the copy may start.',
    })
  })

  test.each([
    ['says nothing', []],
    ['has a number of its adapter’s only', [{ text: 'MSFT30-ADAPTER', source: 'bridge' }]],
    ['has a number adapters ship with', [{ text: 'DD56419883891', source: 'disk' }]],
    ['has nothing but zeros', [{ text: '000000000000', source: 'disk' }]],
  ] as const)('is certain with a scanned label when the device %s', (_how, deviceSerials) => {
    const identity = judgeIdentity({ ...clean, deviceSerials })
    expect(identity.verdict).toBe('certain')
    expect(identity.sentence).toContain('hidden by its adapter')
  })

  test('is certain when the adapter passes the number on, and says who said it', () => {
    const identity = judgeIdentity({ ...clean, deviceSerials: [{ text: 'qz71m0042', source: 'bridge' }] })
    expect(identity.sentence).toContain('its adapter says the same')
  })

  test('an adapter known to make numbers up is no witness, even when it agrees', () => {
    const identity = judgeIdentity({
      ...clean,
      deviceSerials: [{ text: 'QZ71M0042', source: 'bridge' }],
      bridge: { vendorId: '152d', productId: '0567' },
    })
    expect(identity.sentence).toContain('hidden by its adapter (JMicron JMS567)')
  })

  test.each<[string, Partial<IdentityEvidence>, string, string]>([
    ['label and manifest', { manifestDriveId: 'QZ71M0043' }, 'QZ71M0042', 'QZ71M0043'],
    ['label and disk', { deviceSerials: [{ text: 'X9', source: 'disk' }] }, 'QZ71M0042', 'X9'],
    [
      'job and manifest hash',
      { manifestHash: { expected: HASH, actual: 'AB'.repeat(16) } },
      HASH,
      'AB'.repeat(16),
    ],
  ])('is contradicted when %s disagree, naming both values', (_who, change, one, other) => {
    const identity = judgeIdentity({ ...clean, ...change })
    expect(identity.verdict).toBe('contradicted')
    expect(identity.sentence).toContain(one)
    expect(identity.sentence).toContain(other)
    expect(identity.disagreeing?.map(({ value }) => value)).toEqual([one, other])
  })

  test('is contradicted without a label scan too: manifest and disk are two already', () => {
    const { labelScan: _none, ...unscanned } = clean
    const identity = judgeIdentity({ ...unscanned, manifestDriveId: 'QZ71M0099' })
    expect(identity.verdict).toBe('contradicted')
  })

  test('is unknown while its label was not scanned, hidden or not, and asks for the scan', () => {
    const { labelScan: _none, ...unscanned } = clean
    expect(judgeIdentity(unscanned)).toMatchObject({
      verdict: 'unknown',
      next: "Scan the bay, then the drive's label.",
    })
    expect(judgeIdentity({ ...unscanned, deviceSerials: [] }).sentence).toContain('hidden')
  })

  test('is waiting, asking nobody, until its manifest was read', () => {
    const { manifestDriveId: _id, manifestHash: _hash, ...unread } = clean
    expect(judgeIdentity(unread).verdict).toBe('waiting')
    expect(judgeIdentity({ ...unread, manifestDriveId: 'QZ71M0042' }).verdict).toBe('waiting')
  })

  test('proves nothing when the job names no hash', () => {
    expect(judgeIdentity({ ...clean, manifestHash: { expected: ' ', actual: HASH } }).verdict).toBe('unknown')
  })

  test('is a twin when another bay holds a disk that gives the same number', () => {
    const identity = judgeIdentity({ ...clean, twinSlots: ['2-1.3'] })
    expect(identity).toMatchObject({ verdict: 'twin' })
    expect(identity.sentence).toContain('2-1.3')
  })

  test('is no twin for a number that is hidden anyway', () => {
    expect(judgeIdentity({ ...clean, deviceSerials: [], twinSlots: ['2-1.3'] }).verdict).toBe('certain')
  })
})

describe('over all evidence', () => {
  const name = fc.constantFrom('QZ71M0042', 'qz71m0042', 'QZ71M0043', 'WD-QZ71M0042', '0123456789ABCDEF')
  const evidence: fc.Arbitrary<IdentityEvidence> = fc.record(
    {
      labelScan: name,
      manifestDriveId: name,
      manifestHash: fc.record({
        expected: fc.constantFrom(HASH, '', 'AA'),
        actual: fc.constantFrom(HASH, 'AA'),
      }),
      deviceSerials: fc.array(
        fc.record({
          text: name,
          source: fc.constantFrom('disk' as const, 'bridge' as const, 'virtual' as const),
        }),
        { maxLength: 3 },
      ),
      twinSlots: fc.array(fc.constantFrom('2-1', '2-2'), { maxLength: 2 }),
    },
    { requiredKeys: ['deviceSerials'] },
  )

  test('nothing is certain that lacks a label, a manifest or an agreeing hash', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        if (judgeIdentity(given).verdict !== 'certain') return
        expect(given.labelScan).toBeDefined()
        expect(given.manifestDriveId).toBeDefined()
        expect(given.manifestHash?.actual).toBe(given.manifestHash?.expected)
        const own = given.deviceSerials.filter(
          ({ text, source }) => source !== 'bridge' && !isDefaultSerial(text),
        )
        const spoken = [given.labelScan ?? '', given.manifestDriveId ?? '', ...own.map(({ text }) => text)]
        expect(new Set(spoken.map((text) => text.toUpperCase().replace('WD-', ''))).size).toBe(1)
      }),
    )
  })

  test('an adapter’s own number never contradicts anybody', () => {
    fc.assert(
      fc.property(evidence, fc.string({ maxLength: 12 }), (given, text) => {
        const more = {
          ...given,
          deviceSerials: [...given.deviceSerials, { text, source: 'bridge' as const }],
        }
        expect(judgeIdentity(more).verdict).toBe(judgeIdentity(given).verdict)
      }),
    )
  })

  test('the next step always fits the screen, and only contradictions name who disagrees', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const identity = judgeIdentity(given)
        expect(identity.next.split(' ').length).toBeLessThanOrEqual(12)
        expect(identity.disagreeing !== undefined).toBe(identity.verdict === 'contradicted')
      }),
    )
  })
})

test.each([
  '0123456789ABCDEF',
  '0000000000',
  'FFFFFFFF',
  'DD564198838E0',
  '152D00539000',
  '1234567890123',
  '',
])('%s is a number adapters ship with', (text) => {
  expect(isDefaultSerial(text)).toBe(true)
})

test.each(['WD-WCC4N0123456', 'QZ71M0042', 'S3YANB0K123456', '12345688ACF4'])(
  '%s is a real number',
  (text) => {
    expect(isDefaultSerial(text)).toBe(false)
  },
)
