import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_HASH } from '../../src/contract/entry.ts'
import { event } from '../../src/lifecycle/events.ts'
import { sha256 } from '../../src/service/journal/hashes.ts'
import { Lane, look, ServiceUnderTest } from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

describe('a poison entry never blocks the lane', () => {
  const bodies: readonly [string, (lane: Lane) => ReturnType<Lane['write']>, string][] = [
    ['an unknown kind', (lane) => lane.write({ kind: 'drive-praised', body: {} }), 'unknown-kind'],
    [
      'a kind named like a member of every object',
      (lane) => lane.write({ kind: 'constructor', body: {} }),
      'unknown-kind',
    ],
    ['a newer body', (lane) => lane.write(look('x'), { version: 2 }), 'unknown-version'],
    [
      'a body with a member missing',
      (lane) => lane.write({ kind: 'drive-missed', body: { job: 'x' } }),
      'malformed',
    ],
    [
      'a body with a member too many',
      (lane) => lane.write({ kind: 'key-used', body: { job: 'x', serial: 's', note: 'n' } }),
      'malformed',
    ],
    [
      'a body of the wrong type',
      (lane) => lane.write({ kind: 'key-used', body: { job: ['x'], serial: {} } }),
      'malformed',
    ],
    [
      'an order only customers give',
      (lane) => lane.write(event('job-deleted', { job: 'x', by: 'customer' })),
      'service-only',
    ],
    [
      'the service’s own word',
      (lane) =>
        lane.write(
          event('consequence-refused', { fact: 'x', station: 's', code: 'c', sentence: 's', truth: [] }),
        ),
      'service-only',
    ],
    ['a text that is no JSON', (lane) => lane.raw('{"half":'), 'unreadable'],
    [
      'a newer form of entry',
      (lane) => lane.raw(JSON.stringify({ format: 2, seq: lane.seq + 1, shape: 'new' })),
      'unreadable',
    ],
    ['JSON that is no object', (lane) => lane.raw('[]'), 'unreadable'],
    [
      'an id used before',
      (lane) => lane.write(look('y'), { id: '00000032-0000-7000-8000-000000000001' }),
      'doubled',
    ],
    [
      'a drive nobody knows',
      (lane) =>
        lane.write(
          event('copy-began', { copy: 'c', job: 'x', serial: 's', direction: 'import', proof: 'manifest' }),
        ),
      'not-possible',
    ],
  ]
  test.each(bodies)('%s', async (_what, poison, code) => {
    const lane = new Lane('dock-1')
    const entries = [lane.write(look('before')), poison(lane), lane.write(look('after'))]
    const { answers, head } = await service.push('dock-1', entries)
    expect(answers.map((a) => [a.seq, a.answer, 'code' in a ? a.code : ''])).toEqual([
      [1, 'accepted', ''],
      [2, 'refused', code],
      [3, 'accepted', ''],
    ])
    expect(head).toEqual({ seq: 3, hash: entries[2]?.hash })
    const again = await service.push('dock-1', entries)
    expect(again.answers.map(({ answer, seq }) => [seq, answer])).toEqual([
      [1, 'known'],
      [2, 'known'],
      [3, 'known'],
    ])
    // Alone, long after, it is still known under its own number.
    const alone = await service.push('dock-1', entries.slice(1, 2))
    expect(alone.answers).toMatchObject([{ seq: 2, answer: 'known' }])
    expect(alone.head.seq).toBe(3)
  })

  test('what nobody can read is not handed to other stations', async () => {
    const lane = new Lane('dock-1')
    await service.push('dock-1', [lane.raw('nonsense'), lane.write(look('x'))])
    expect(
      (await service.pull('dock-2')).changes.map(({ entry }) => JSON.parse(entry.text).seq as number),
    ).toEqual([2])
  })

  test('any event with any body leaves the service standing', async () => {
    const kinds = fc.constantFrom(
      'job-put',
      'drive-received',
      'arrival-opened',
      'copy-ended',
      'case-opened',
      'work-changed',
      'return-shipped',
      'drive-released',
      'toString',
    )
    const member = fc.oneof(
      fc.constantFrom('job', 'serial', 'arrival', 'return', 'case', 'work', 'copy', 'drives', '__proto__'),
      fc.string(),
    )
    const lane = new Lane('dock-1')
    await fc.assert(
      fc.asyncProperty(kinds, fc.dictionary(member, fc.jsonValue()), async (kind, body) => {
        const { answers } = await service.push('dock-1', [lane.write({ kind, body })])
        expect(answers).toHaveLength(1)
        expect(['accepted', 'refused']).toContain(answers[0]?.answer)
      }),
      { numRuns: 60 },
    )
    expect((await service.push('dock-1', [lane.write(look('end'))])).answers).toMatchObject([
      { answer: 'accepted' },
    ])
  })
})

describe('the chain of a station', () => {
  test('a changed text, a changed past and a fork are different, and nothing of them is kept', async () => {
    const lane = new Lane('dock-1')
    const entries = [lane.write(look('a')), lane.write(look('b'))]
    await service.push('dock-1', entries)
    const head = entries[1]?.hash
    const changed = lane.write(look('c'))
    const before = (await service.told()).length
    for (const bad of [
      { ...changed, text: changed.text.replace('scan-c', 'scan-z') },
      new Lane('dock-1', 61).write(look('z')),
      new Lane('dock-1', 62).write(look('z'), { seq: 3, prev: NO_HASH }),
      new Lane('dock-1', 63).write(look('z'), { station: 'dock-9', seq: 3, prev: head ?? '' }),
    ]) {
      const { answers, head: now } = await service.push('dock-1', [bad, changed])
      expect(answers.map(({ answer }) => answer)).toEqual(['different'])
      expect(now).toEqual({ seq: 2, hash: head })
    }
    expect(await service.told()).toHaveLength(before)
    expect((await service.push('dock-1', [changed])).answers).toMatchObject([{ seq: 3, answer: 'accepted' }])
  })

  test('an unreadable entry behind a gap waits like any other', async () => {
    const lane = new Lane('dock-1')
    const entries = [lane.write(look('a')), lane.raw('broken'), lane.write(look('b'))]
    expect((await service.push('dock-1', entries.slice(1))).answers).toEqual([])
    expect((await service.push('dock-1', entries)).answers.map(({ answer }) => answer)).toEqual([
      'accepted',
      'refused',
      'accepted',
    ])
  })

  test('lost answers, repetitions and reordering lead to the same log', async () => {
    const plan = fc.array(
      fc.record({ from: fc.nat(12), count: fc.integer({ min: 1, max: 6 }), heard: fc.boolean() }),
      { minLength: 1, maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(plan, async (pushes) => {
        const own = await ServiceUnderTest.open()
        const lane = new Lane('dock-1')
        const entries = Array.from({ length: 12 }, (_, i) => lane.write(look(String(i))))
        let acknowledged = 0
        for (const { from, count, heard } of pushes) {
          const start = heard ? acknowledged : from
          const { head } = await own.push('dock-1', entries.slice(start, start + count))
          acknowledged = head.seq
        }
        await own.push('dock-1', entries.slice(acknowledged))
        const told = (await own.pull('dock-2')).changes
        expect(told.map(({ entry }) => entry)).toEqual(entries)
        await own.end()
      }),
      { numRuns: 15 },
    )
  })

  test('two pushes of the same entries at once keep each entry once', async () => {
    const lane = new Lane('dock-1')
    const entries = Array.from({ length: 120 }, (_, i) => lane.write(look(String(i))))
    const answers = await Promise.all([service.push('dock-1', entries), service.push('dock-1', entries)])
    expect(answers.map(({ head }) => head.seq)).toEqual([120, 120])
    expect(await service.told()).toHaveLength(120)
    const first = answers[0]?.answers.filter(({ answer }) => answer === 'accepted').length ?? 0
    const second = answers[1]?.answers.filter(({ answer }) => answer === 'accepted').length ?? 0
    expect(first + second).toBe(120)
  })

  test('the service’s own entries are a chain, too', async () => {
    await service.shippingJob()
    await service.patch('j', { properties: { cancelRequested: true } })
    let prev = NO_HASH
    for (const [index, { entry }] of (await service.pull('dock-1')).changes.entries()) {
      const read = JSON.parse(entry.text) as { seq: number; prev: string; after: { cursor: number } }
      expect(sha256(entry.text)).toBe(entry.hash)
      expect(read).toMatchObject({ seq: index + 1, prev, after: { cursor: index } })
      prev = entry.hash
    }
  })
})
