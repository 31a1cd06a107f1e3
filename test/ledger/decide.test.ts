import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { must, openDock, record, temporaryFolder } from './dock.ts'
import { happened, jobPut, ready, received, scanned } from './tellings.ts'

describe('a decision', () => {
  test('is in the journal, the views and the outbox when it has answered', () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    record(ledger, ...ready('j1', ['WD1', 'WD2']))

    const decided = record(ledger, received('j1', 'WD1', 'a-j1'))

    expect(decided.entries.map((entry) => [entry.seq, entry.kind, entry.actor])).toEqual([
      [4, 'drive-received', 'b-17'],
    ])
    expect(decided.changed.map((r) => r.id).sort()).toEqual(['WD1', 'j1/WD1'])
    expect(ledger.get('drive', 'j1/WD1')?.state).toBe('Received')
    expect(ledger.find('custody', 'job', 'j1').map((custody) => custody.state)).toEqual(['tray'])
    expect(ledger.unsent(10).map((unsent) => unsent.seq)).toEqual([1, 2, 3, 4])
    // And so it is for whoever opens the file next.
    const again = openDock({ folder })
    expect(again.get('drive', 'j1/WD1')?.state).toBe('Received')
    expect(again.head()).toEqual(ledger.head())
  })

  test('sees the neighbourhood of its subjects and answers its own result', () => {
    const ledger = openDock()
    record(ledger, ...ready('j1', ['WD1', 'WD2']))
    const decided = ledger.decide({ serials: ['WD1'] }, 'b-17', (hood) => ({
      events: [],
      result: hood.find('drive', 'job', 'j1').map((drive) => drive.serial),
    }))
    expect(must(decided).result).toEqual(['WD1', 'WD2'])
    expect(ledger.head().seq).toBe(3)
  })

  test('folds each event on what the one before it changed', () => {
    const ledger = openDock()
    const decided = record(
      ledger,
      ...ready('j1', ['WD1']),
      received('j1', 'WD1', 'a-j1'),
      happened('arrival-closed', {
        arrival: 'a-j1',
        short: false,
      }),
    )
    expect(ledger.get('job', 'j1')?.state).toBe('Received')
    // A record that several events changed is told once, as it is now.
    expect(decided.changed.filter((r) => r.kind === 'job').map((r) => r.kind === 'job' && r.state)).toEqual([
      'Received',
    ])
  })

  test('records a fact although the rules let nothing follow from it', () => {
    const ledger = openDock()
    const decided = record(ledger, received('nobody', 'WD9', 'a-9'))
    expect(decided.refusedHere.map((refused) => refused.trouble.code)).toEqual(['illegal'])
    expect(decided.changed).toEqual([])
    expect(ledger.unsentCount()).toBe(1)
    const [row] = ledger.entries({ after: 0, limit: 9 })
    expect(row?.trouble).toBe('illegal')
    expect(row?.because).toMatch(/not known/)
  })

  test('records a fact whose body the rules cannot read', () => {
    const ledger = openDock()
    const odd = { kind: 'drive-faulted', body: { job: 'j1', serial: 'WD1' } } as never
    const decided = record(ledger, odd)
    expect(decided.refusedHere.map((refused) => refused.trouble.code)).toEqual(['not-foldable'])
    expect(ledger.head().seq).toBe(1)
  })

  test('that throws leaves no trace', () => {
    const ledger = openDock()
    expect(() =>
      ledger.decide({}, 'b-17', () => {
        throw new Error('a defect')
      }),
    ).toThrow('a defect')
    expect(() => record(ledger, scanned('s1'), { ...scanned('s2'), pointsAt: { index: 1 } })).toThrow(
      RangeError,
    )
    expect(() =>
      record(ledger, scanned('s1', 'x'.repeat(70_000)), scanned('s2', 'x'.repeat(300_000))),
    ).toThrow(RangeError)
    expect(ledger.head().seq).toBe(0)
    expect(ledger.get('scan', 's1')).toBeUndefined()
    expect(ledger.unsentCount()).toBe(0)
  })

  test('may point at an earlier entry, its own or an older one', () => {
    const ledger = openDock()
    const [first] = record(ledger, scanned('s1')).entries
    const [second, third] = record(
      ledger,
      { ...scanned('s2'), pointsAt: first?.id ?? '' },
      { ...scanned('s3'), pointsAt: { index: 0 } },
    ).entries
    expect(second?.pointsAt).toBe(first?.id)
    expect(third?.pointsAt).toBe(second?.id)
  })
})

describe('records', () => {
  test('are found by look-ups that follow every change', () => {
    const ledger = openDock()
    record(ledger, jobPut('j1', ['WD1']))
    expect(ledger.find('job', 'state', 'Creating')).toHaveLength(1)
    record(ledger, happened('job-deleted', { job: 'j1', by: 'customer' }))
    expect(ledger.find('job', 'state', 'Creating')).toEqual([])
    expect(ledger.find('job', 'state', 'Deleted').map((job) => job.id)).toEqual(['j1'])
  })

  test('are listed in pages, in order of their ids', () => {
    const ledger = openDock()
    record(ledger, ...['j3', 'j1', 'j2'].map((job) => jobPut(job, [])))
    const first = ledger.find('job', 'state', 'Creating', { limit: 2 })
    expect(first.map((job) => job.id)).toEqual(['j1', 'j2'])
    const next = ledger.find('job', 'state', 'Creating', { limit: 2, after: 'j2' })
    expect(next.map((job) => job.id)).toEqual(['j3'])
  })

  test('tell their story job by job, facts without consequence too', () => {
    const ledger = openDock()
    record(
      ledger,
      ...ready('j1', ['WD1']),
      jobPut('j2', []),
      received('j1', 'WD1', 'a-j1'),
      received('j1', 'WD7', 'a-j1'),
    )
    const story = ledger.history('j1', { limit: 10 }).map((row) => row.entry?.kind)
    expect(story).toEqual(['drive-received', 'drive-received', 'arrival-opened', 'job-announced', 'job-put'])
    const [, older] = ledger.history('j1', { limit: 2 })
    expect(ledger.history('j1', { limit: 1, before: older?.pos }).map((row) => row.pos)).toEqual([3])
  })
})

describe('personal data', () => {
  test('is kept beside the journal and can be erased, in the file too', async () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    const secret = '{"contact":"Ada Lovelace, 12 St James Square"}'
    const [entry] = record(ledger, jobPut('j1', [], { key: 'job/j1', text: secret })).entries
    expect(entry?.personal?.key).toBe('job/j1')
    expect(ledger.personal('job/j1')).toBe(secret)
    expect(filesWith(folder, 'Lovelace')).not.toEqual([])

    expect(must(ledger.erasePersonal('job/j1'))).toBe(true)

    expect(ledger.personal('job/j1')).toBeUndefined()
    expect(filesWith(folder, 'Lovelace')).toEqual([])
    expect(must(ledger.erasePersonal('job/j1'))).toBe(false)
    expect(must(await ledger.verify()).ok).toBe(true)
  })

  test('is erased in the copies of older forms, and unfinished copies are removed', () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    record(
      ledger,
      jobPut('j1', [], { key: 'job/j1', text: '{"contact":"Ada Lovelace"}' }),
      jobPut('j2', [], { key: 'job/j2', text: '{"contact":"Grace Hopper"}' }),
    )
    const copies = join(folder, 'backups')
    mkdirSync(copies)
    const db = new Database(join(folder, 'ledger.sqlite'), { readonly: true })
    db.prepare('VACUUM INTO ?').run(join(copies, 'ledger-form-1-20260105T080000000Z.sqlite'))
    db.prepare('VACUUM INTO ?').run(join(copies, 'ledger-form-1-20260106T080000000Z.sqlite.part'))
    db.close()
    expect(filesWith(copies, 'Lovelace')).toHaveLength(2)

    expect(must(ledger.erasePersonal('job/j1'))).toBe(true)

    expect(filesWith(folder, 'Lovelace')).toEqual([])
    expect(filesWith(copies, 'Lovelace')).toEqual([])
    expect(filesWith(copies, 'Hopper')).toEqual(['ledger-form-1-20260105T080000000Z.sqlite'])
    expect(must(ledger.erasePersonal('job/j1'))).toBe(false)
  })

  test('is not called erased while another program still reads the older file', () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    record(ledger, jobPut('j1', [], { key: 'job/j1', text: '{"contact":"Ada Lovelace"}' }))
    const reader = new Database(join(folder, 'ledger.sqlite'), { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM journal').get()
    expect(ledger.erasePersonal('job/j1')).toMatchObject({ ok: false, failure: { code: 'ledger-locked' } })
    expect(ledger.personal('job/j1')).toBeUndefined()
    reader.close()
    expect(must(ledger.erasePersonal('job/j1'))).toBe(false)
    expect(filesWith(folder, 'Lovelace')).toEqual([])
  })

  test('is sent with its entry as long as it is what the entry says', () => {
    const ledger = openDock()
    record(ledger, jobPut('j1', [], { key: 'job/j1', text: '{"a":1}' }))
    record(ledger, jobPut('j2', [], { key: 'job/j1', text: '{"a":2}' }))
    expect(ledger.unsent(9).map(({ wire }) => wire.personal?.text)).toEqual([undefined, '{"a":2}'])
  })
})

function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && readFileSync(join(folder, file.name)).includes(word))
    .map(({ name }) => name)
}
