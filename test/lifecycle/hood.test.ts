import { describe, expect, it } from 'vitest'
import { gatherLater, gatherNow, Hood } from '../../src/lifecycle/hood.ts'
import { type AnyRecord, type DriveRecord, driveKey, type JobRecord } from '../../src/lifecycle/records.ts'
import { Dock } from './dock.ts'
import { MemoryStore } from './memory-store.ts'
import { A, B, TEN, X } from './serials.ts'

describe('a neighbourhood', () => {
  it('is the same from a store that answers later', async () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG800001' })
    dock.scans('PKG800001', A, X)
    const subjects = { serials: [A], stations: ['dock-1'], recalls: ['dock-1'] }
    const later = await gatherLater(subjects, (queries) => Promise.resolve(dock.store.answer(queries)))
    const now = gatherNow(subjects, dock.store.answer)
    expect(later.changesSince(new Hood())).toEqual(now.changesSince(new Hood()))
    expect(later.get('custody', X)?.state, 'what lies in the same arrival').toBe('extra')
  })

  it('never changes: a new one is answered', () => {
    const dock = new Dock()
    dock.put('harbor')
    const before = dock.store.hood()
    const after = before.put({ ...dock.jobOf('harbor'), percent: 7 })
    expect([before.get('job', 'harbor')?.percent, after.get('job', 'harbor')?.percent]).toEqual([0, 7])
    expect(after.changesSince(before).map(({ id }) => id)).toEqual(['harbor'])
    expect(before.changesSince(before)).toEqual([])
  })

  it('does not grow with the years of a customer who ships the same drives every week', () => {
    const store = new MemoryStore()
    const dock = new Dock()
    dock.put('harbor', { drives: TEN })
    const [job, ...drives] = dock.store.all() as [JobRecord, ...DriveRecord[]]
    for (let week = 0; week < 500; week++) store.put(past(week, job, drives))
    store.put(dock.store.all())
    const [first = ''] = TEN
    const hood = gatherNow({ serials: [first] }, store.answer)
    expect(hood.all('drive').filter((drive) => drive.job === 'harbor')).toHaveLength(10)
    expect(hood.find('drive', 'serial', first), 'every listing is known').toHaveLength(501)
    expect(hood.all('drive'), 'but not what else those jobs listed').toHaveLength(501 + 9)
  })

  it('grown out of all proportion is a defect, not a busy dock', () => {
    const store = new MemoryStore()
    const dock = new Dock()
    dock.put('harbor', { drives: [A] })
    const drive = dock.store.all().find(({ kind }) => kind === 'drive') as DriveRecord
    store.put(Array.from({ length: 5_001 }, (_, i) => ({ ...drive, id: `harbor/${i}`, serial: `S${i}` })))
    expect(() => gatherNow({ jobs: ['harbor'] }, store.answer)).toThrow(/5000 records/)
  })
})

/** A job of an earlier week: over, its drives gone home. */
function past(week: number, job: JobRecord, drives: readonly DriveRecord[]): AnyRecord[] {
  const id = `week-${week}`
  return [
    { ...job, id, name: id, state: 'Deleted' },
    ...drives.map((drive) => ({
      ...drive,
      id: driveKey(id, drive.serial),
      job: id,
      state: 'ShippedBack' as const,
    })),
  ]
}
