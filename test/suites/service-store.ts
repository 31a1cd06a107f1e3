import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_HASH } from '../../src/contract/entry.ts'
import type { CaseRecord, JobRecord } from '../../src/lifecycle/records.ts'
import { nextChain, sha256 } from '../../src/service/journal/hashes.ts'
import type { NewLine, Store } from '../../src/service/store/store.ts'

/** A store and, where its kind can, a second one on the same data, as another process has it. */
export interface StoreUnderTest {
  readonly store: Store
  second(): Promise<Store>
  /** Ends the first store as a crash would, and opens the data again. */
  crashAndReopen(): Promise<Store>
  end(): Promise<void>
}

export function job(id: string, more: Partial<JobRecord> = {}): JobRecord {
  return {
    kind: 'job',
    id,
    subscription: 'sub',
    group: 'grp',
    name: id,
    type: 'Import',
    site: 'homedock',
    state: 'Shipping',
    storageAccountId: 'account',
    diagnosticsPath: 'logs',
    logLevel: 'Error',
    backupDriveManifest: false,
    hasReturnAddress: true,
    hasCarrierAccount: true,
    createdAt: 1,
    updatedAt: 1,
    cancelRequested: false,
    leftShipping: false,
    percent: 0,
    ...more,
  }
}

export function line(station: string, seq: number, more: Partial<NewLine> = {}): NewLine {
  const text = `{"station":"${station}","seq":${seq}}`
  return {
    station,
    seq,
    id: `${station}-${seq}`,
    kind: 'scan-read',
    hash: sha256(text),
    text,
    at: 5,
    ...more,
  }
}

/** What the service may rely on, whatever the store is made of. `prepare` runs before each story. */
export function serviceStoreSuite(name: string, prepare: () => Promise<StoreUnderTest>): void {
  describe(`service store: ${name}`, () => {
    let dock: StoreUnderTest
    let store: Store
    beforeEach(async () => {
      dock = await prepare()
      store = dock.store
    })
    afterEach(() => dock.end())

    describe('transactions', () => {
      test('what was written is there after a crash', async () => {
        await store.write((tx) => tx.putRecords([job('a')]))
        const again = await dock.crashAndReopen()
        expect(await again.read((tx) => tx.record('job', 'a'))).toEqual(job('a'))
      })

      test('one that throws leaves nothing, and the next one works', async () => {
        const failing = store.write(async (tx) => {
          await tx.putRecords([job('a')])
          await tx.append(line('dock-1', 1))
          throw new Error('stop here')
        })
        await expect(failing).rejects.toThrow('stop here')
        const found = await store.read(async (tx) => [await tx.record('job', 'a'), await tx.logHead()])
        expect(found).toEqual([undefined, { cursor: 0, chain: NO_HASH }])
        await store.write((tx) => tx.putRecords([job('b')]))
        expect(await store.read((tx) => tx.record('job', 'b'))).toBeDefined()
      })

      test('those that run at once take turns: no increment is lost', async () => {
        const other = await dock.second()
        const increment = (target: Store) =>
          target.write(async (tx) => tx.putMeta('count', String(Number((await tx.meta('count')) ?? 0) + 1)))
        await Promise.all(Array.from({ length: 40 }, (_, i) => increment(i % 2 === 0 ? store : other)))
        expect(await store.read((tx) => tx.meta('count'))).toBe('40')
      })

      test('a reader sees one snapshot while another writes', async () => {
        const other = await dock.second()
        await store.write((tx) => tx.putMeta('x', 'before'))
        const seen = await store.read(async (tx) => {
          const first = await tx.meta('x')
          await other.write((writing) => writing.putMeta('x', 'after'))
          return [first, await tx.meta('x')]
        })
        expect(seen).toEqual(['before', 'before'])
        expect(await store.read((tx) => tx.meta('x'))).toBe('after')
      })
    })

    describe('what only one may do at a time', () => {
      test('is not begun while another process is at it, and may be done when it has ended', async () => {
        const other = await dock.second()
        const seen = await store.alone(async () => {
          const [second, written] = await Promise.all([
            other.alone(() => Promise.resolve('both')),
            other.write(async (tx) => {
              await tx.putMeta('x', 'others write all the same')
              return 'written'
            }),
          ])
          return [second, written, await store.read((tx) => tx.meta('x'))]
        })
        expect(seen).toEqual([undefined, 'written', 'others write all the same'])
        expect(await other.alone(() => Promise.resolve('done'))).toBe('done')
      })

      test('may be done by another when it ended badly', async () => {
        const other = await dock.second()
        const failing = store.alone(() => Promise.reject(new Error('stop here')))
        await expect(failing).rejects.toThrow('stop here')
        expect(await other.alone(() => Promise.resolve('done'))).toBe('done')
      })
    })

    test('the log knows when a line, or the newest before it, was taken in', async () => {
      await store.write((tx) => tx.append({ ...line('dock-1', 1), at: 1_767_600_000_000 }))
      const at = (cursor: number) => store.read((tx) => tx.loggedAt(cursor))
      expect([await at(0), await at(1), await at(99)]).toEqual([
        undefined,
        1_767_600_000_000,
        1_767_600_000_000,
      ])
    })

    describe('records', () => {
      test('changed in a transaction are found in it by what they are now', async () => {
        await store.write((tx) => tx.putRecords([job('a'), job('b')]))
        const shipping = { kind: 'job', field: 'state', value: 'Shipping' } as const
        const received = { kind: 'job', field: 'state', value: 'Received' } as const
        const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id).sort()
        const seen = await store.write(async (tx) => {
          const before = ids(await tx.answer([shipping]))
          await tx.putRecords([job('a', { state: 'Received' }), job('c')])
          const after = [ids(await tx.answer([shipping])), ids(await tx.answer([received]))]
          await tx.putRecords([job('a', { state: 'Shipping', updatedAt: 7 })])
          return [before, ...after, ids(await tx.answer([shipping])), ids(await tx.answer([received]))]
        })
        expect(seen).toEqual([['a', 'b'], ['b', 'c'], ['a'], ['a', 'b', 'c'], []])
        expect(await store.read((tx) => tx.record('job', 'a'))).toMatchObject({ updatedAt: 7 })
        expect(ids(await store.read((tx) => tx.answer([shipping])))).toEqual(['a', 'b', 'c'])
        expect(await store.read((tx) => tx.answer([received]))).toEqual([])
      })

      test('changed without having been looked at are found by nothing old', async () => {
        const box = (base: string) => job('a', { package: { carrier: 'UPS', tracking: base, base } })
        await store.write((tx) => tx.putRecords([box('77')]))
        const by = (value: string) => ({ kind: 'job', field: 'tracking', value }) as const
        const inside = await store.write(async (tx) => {
          await tx.putRecords([box('78')])
          return [await tx.answer([by('77')]), await tx.answer([by('78')])]
        })
        expect(inside).toEqual([[], [box('78')]])
        expect(await store.read((tx) => tx.answer([by('77')]))).toEqual([])
        expect(await store.read((tx) => tx.answer([by('78')]))).toEqual([box('78')])
      })

      test('are found by id and by look-up, and only as they are now', async () => {
        const parcel = { carrier: 'FedEx', tracking: '77-1', base: '77' }
        await store.write((tx) => tx.putRecords([job('a', { package: parcel }), job('b')]))
        const byTracking = () =>
          store.read((tx) => tx.answer([{ kind: 'job', field: 'tracking', value: '77' }]))
        expect(await byTracking()).toHaveLength(1)
        await store.write((tx) => tx.putRecords([job('a', { package: { ...parcel, base: '78' } })]))
        expect(await byTracking()).toEqual([])
        expect(
          await store.read((tx) =>
            tx.answer([
              { kind: 'job', id: 'a' },
              { kind: 'job', id: 'zz' },
            ]),
          ),
        ).toHaveLength(1)
        expect(
          await store.read((tx) => tx.answer([{ kind: 'job', field: 'state', value: 'Shipping' }])),
        ).toHaveLength(2)
      })

      test('know who changed them last, each author by itself', async () => {
        const [a, b] = [job('a'), job('b')]
        const by = (station: string, cursor: number) => ({ station, cursor })
        await store.write(async (tx) => {
          await tx.putRecords([a, b], by('service', 3))
          await tx.putRecords([a], by('dock "1"', 5))
          await tx.putRecords([a], by('dock-2', 7))
          await tx.putRecords([b], by('dock-2', 9))
        })
        const others = (records: readonly JobRecord[], station: string, after: number) =>
          store.read((tx) => tx.changedByOthers({ records, station, after }))
        expect(await others([a], 'dock-2', 4)).toBe(true)
        expect(await others([a], 'dock-2', 5)).toBe(false)
        expect(await others([a], 'dock "1"', 6)).toBe(true)
        expect(await others([b], 'dock-2', 2)).toBe(true)
        expect(await others([b], 'dock-2', 3)).toBe(false)
        expect(await others([a, b], 'dock "1"', 8)).toBe(true)
        expect(await others([], 'dock-9', 0)).toBe(false)
        expect(await others([job('nobody')], 'dock-9', 0)).toBe(false)
        // A change by nobody in particular keeps what is known.
        await store.write((tx) => tx.putRecords([a]))
        expect(await others([a], 'dock-2', 4)).toBe(true)
      })

      test('fall due in the order of their deadlines', async () => {
        const notice = (at: number) => ({ overdueNoticeAt: at, state: 'Shipping' }) as const
        await store.write((tx) =>
          tx.putRecords([
            job('late', notice(9e12)),
            job('early', notice(1)),
            job('soon', notice(2)),
            job('never', { state: 'Packaging' }),
          ]),
        )
        const due = (at: number, limit: number) => store.read((tx) => tx.recordsDue(at, limit))
        expect((await due(1e12, 10)).map(({ id }) => id)).toEqual(['early', 'soon'])
        expect((await due(1e12, 1)).map(({ id }) => id)).toEqual(['early'])
        await store.write((tx) => tx.putRecords([job('early', { state: 'Packaging' })]))
        expect((await due(1e12, 10)).map(({ id }) => id)).toEqual(['soon'])
      })

      test('keep every kind and member byte for byte', async () => {
        const open: CaseRecord = {
          kind: 'case',
          id: '№ 1 "x"',
          state: 'open',
          reason: 'damaged',
          openedAt: 3,
          serial: 'Ä\u0000\u2028',
        }
        await store.write((tx) => tx.putRecords([open]))
        expect(await store.read((tx) => tx.record('case', '№ 1 "x"'))).toEqual(open)
      })

      test('jobs come by name, a page at a time, without deleted ones', async () => {
        await store.write((tx) =>
          tx.putRecords([
            job('2', { name: 'Beta' }),
            job('1', { name: 'alpha', type: 'Export' }),
            job('3', { name: 'gamma', state: 'Deleted' }),
            job('4', { name: 'delta', group: 'other' }),
            job('5', { name: 'omega', subscription: 'sub2' }),
            job('6', { name: 'eta', subscription: 'su' }),
          ]),
        )
        const names = async (
          query: Parameters<Parameters<Parameters<Store['read']>[0]>[0]['jobsByName']>[0],
        ) => (await store.read((tx) => tx.jobsByName(query))).map((found) => found.name)
        expect(await names({ prefix: 'sub/grp/', limit: 10 })).toEqual(['alpha', 'Beta'])
        expect(await names({ prefix: 'sub/', limit: 10 })).toEqual(['alpha', 'Beta', 'delta'])
        expect(await names({ prefix: 'sub/', limit: 1, after: 'sub/grp/alpha' })).toEqual(['Beta'])
        expect(await names({ prefix: 'sub/', limit: 10, type: 'Export' })).toEqual(['alpha'])
        expect(await names({ prefix: 'sub/', limit: 10, state: 'Deleted' })).toEqual(['gamma'])
        expect(await names({ prefix: 'sub/', limit: 10, state: 'Completed' })).toEqual([])
      })
    })

    describe('the change log', () => {
      test('gives cursors 1, 2, 3 … and one chain over all of them', async () => {
        const lines = [line('dock-1', 1), line('service', 1), line('dock-1', 2)]
        const cursors = []
        for (const one of lines) cursors.push(await store.write((tx) => tx.append(one)))
        expect(cursors).toEqual([1, 2, 3])
        const chain = lines.reduce((link, one, i) => nextChain(link, i + 1, one.hash), NO_HASH)
        expect(await store.read((tx) => tx.logHead())).toEqual({ cursor: 3, chain })
        expect(await store.read((tx) => tx.stationHead('dock-1'))).toEqual({ seq: 2, hash: lines[2]?.hash })
        expect(await store.read((tx) => tx.stationHead('dock-9'))).toBeUndefined()
        expect(await store.read((tx) => tx.lineAt('dock-1', 1))).toEqual({
          seq: 1,
          hash: lines[0]?.hash,
          cursor: 1,
        })
      })

      test('never takes a number of a station, or an id, twice', async () => {
        await store.write((tx) => tx.append(line('dock-1', 1)))
        await expect(store.write((tx) => tx.append(line('dock-1', 1, { id: 'other' })))).rejects.toThrow()
        await expect(store.write((tx) => tx.append(line('dock-2', 1, { id: 'dock-1-1' })))).rejects.toThrow()
        expect((await store.read((tx) => tx.logHead())).cursor).toBe(1)
        expect(await store.read((tx) => tx.hasEntry('dock-1-1'))).toBe(true)
        expect(await store.read((tx) => tx.hasEntry('nobody'))).toBe(false)
      })

      test('knows in a transaction what it has just added', async () => {
        const seen = await store.write(async (tx) => {
          await tx.foresee(() => ({
            stations: ['dock-1'],
            entries: ['dock-1-1', 'dock-1-9'],
            around: () => [],
          }))
          await tx.append(line('dock-1', 1))
          await tx.append(line('dock-1', 2, { id: undefined, kind: undefined }))
          return [
            await tx.hasEntry('dock-1-1'),
            await tx.hasEntry('dock-1-9'),
            (await tx.logHead()).cursor,
            (await tx.stationHead('dock-1'))?.seq,
            (await tx.lineAt('dock-1', 1))?.cursor,
            (await tx.unreadableLine('dock-1', line('dock-1', 2).hash))?.cursor,
            (await tx.changes({ after: 0, except: '', limit: 9 })).map(({ cursor }) => cursor),
          ]
        })
        expect(seen).toEqual([true, false, 2, 2, 1, 2, [1]])
        expect((await store.read((tx) => tx.logHead())).cursor).toBe(2)
      })

      test('keeps every character of a text that is no entry', async () => {
        const odd = line('dock\u0000\u0001-1', 1, {
          id: undefined,
          kind: undefined,
          text: 'a\u0000b\u0001\u00010"\\',
        })
        await store.write((tx) => tx.append(odd))
        await store.write((tx) => tx.append({ ...odd, seq: 2, id: 'x' }))
        const [told] = await store.read((tx) => tx.changes({ after: 0, except: '', limit: 10 }))
        expect(told?.text).toBe(odd.text)
        expect(await store.read((tx) => tx.lineAt(odd.station, 1))).toMatchObject({ cursor: 1 })
      })

      test('a line that cannot be read keeps its place, and is told to nobody', async () => {
        const broken = line('dock-1', 1, { id: undefined, kind: undefined })
        await store.write((tx) => tx.append(broken))
        await store.write((tx) => tx.append(line('dock-1', 2)))
        expect(await store.read((tx) => tx.unreadableLine('dock-1', broken.hash))).toEqual({
          seq: 1,
          hash: broken.hash,
          cursor: 1,
        })
        expect(await store.read((tx) => tx.unreadableLine('dock-2', broken.hash))).toBeUndefined()
        const told = await store.read((tx) => tx.changes({ after: 0, except: 'x', limit: 10 }))
        expect(told.map(({ cursor }) => cursor)).toEqual([2])
      })

      test('a reader at the end never finds a lower cursor later, with several writers', async () => {
        const other = await dock.second()
        const seen: number[] = []
        let after = 0
        let following: Promise<void> = Promise.resolve()
        const look = async () => {
          const found = await store.read((tx) => tx.changes({ after, except: '', limit: 100 }))
          for (const { cursor } of found) seen.push(cursor)
          after = found.at(-1)?.cursor ?? after
        }
        const follow = () => {
          following = following.then(look)
          return following
        }
        const writers = [store, other].map(async (target, who) => {
          for (let seq = 1; seq <= 25; seq++) {
            await target.write((tx) => tx.append(line(`dock-${who}`, seq)))
            await follow()
          }
        })
        await Promise.all(writers)
        await follow()
        expect(seen).toEqual(seen.map((_, i) => i + 1))
        expect(seen).toHaveLength(50)
      })

      test('leaves out the lines of the one who asks', async () => {
        for (const [station, seq] of [
          ['a', 1],
          ['b', 1],
          ['a', 2],
          ['b', 2],
        ] as const)
          await store.write((tx) =>
            tx.append(line(station, seq, { personal: { key: `k${seq}`, hash: NO_HASH } })),
          )
        const told = await store.read((tx) => tx.changes({ after: 1, except: 'a', limit: 1 }))
        expect(told).toMatchObject([{ cursor: 2, hash: line('b', 1).hash, personal: { key: 'k1' } }])
      })
    })

    describe('beside the log', () => {
      test('documents are kept, replaced and erased', async () => {
        const document = {
          job: 'a',
          locationSent: 'West US',
          location: 'westus',
          order: ['S1'],
          createdBy: 'x',
          lastModifiedBy: 'x',
          lastModifiedAt: 1,
          put: { salt: 's', hash: NO_HASH },
        }
        await store.write((tx) => tx.putDocument(document))
        await store.write((tx) => tx.putDocument({ ...document, tags: { a: [1, null] } }))
        expect(await store.read((tx) => tx.document('a'))).toEqual({ ...document, tags: { a: [1, null] } })
        await store.write((tx) => tx.eraseDocument('a'))
        expect(await store.read((tx) => tx.document('a'))).toBeUndefined()
      })

      test('personal data is replaced, marked and erased', async () => {
        const row = { key: 'job:a', salt: '00', text: '{}', hash: NO_HASH }
        await store.write((tx) => tx.putPersonal(row))
        await store.write((tx) => tx.putPersonal({ ...row, text: '{"b":1}' }))
        expect(await store.read((tx) => tx.personal('job:a'))).toEqual({ ...row, text: '{"b":1}' })
        await store.write((tx) => tx.erasePersonal('job:a', 'later'))
        expect(await store.read((tx) => tx.personalToErase(10))).toEqual(['job:a'])
        expect(await store.read((tx) => tx.personal('job:a'))).toBeDefined()
        await store.write((tx) => tx.erasePersonal('job:a', 'now'))
        expect(await store.read((tx) => tx.personal('job:a'))).toBeUndefined()
        expect(await store.read((tx) => tx.personalToErase(10))).toEqual([])
      })

      test('sealed keys of a job are replaced as a whole', async () => {
        const key = (serial: string) => ({ serial, driveId: serial.toLowerCase(), sealed: 'c2Vh' })
        await store.write((tx) => tx.putSealedKeys('a', [key('S2'), key('S1')]))
        expect(await store.read((tx) => tx.sealedKeys('a'))).toEqual([key('S1'), key('S2')])
        await store.write((tx) => tx.putSealedKeys('a', [key('S2')]))
        expect(await store.read((tx) => tx.sealedKeys('a'))).toEqual([key('S2')])
        expect(await store.read((tx) => tx.sealedKeys('b'))).toEqual([])
      })

      test('tokens are found by hash, and a revocation holds', async () => {
        const token = {
          id: 'TK-1',
          hash: sha256('t'),
          role: 'customer',
          subscription: 's',
          createdAt: 1,
        } as const
        await store.write((tx) => tx.putToken(token))
        await store.write((tx) => tx.putToken({ ...token, revokedAt: 9 }))
        expect(await store.read((tx) => tx.tokenByHash(token.hash))).toEqual({ ...token, revokedAt: 9 })
        expect(await store.read((tx) => tx.tokenByHash(NO_HASH))).toBeUndefined()
        expect(await store.read((tx) => tx.tokens())).toHaveLength(1)
      })
    })
  })
}
