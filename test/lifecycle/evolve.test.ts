import { describe, expect, it } from 'vitest'
import { EVENT_KINDS, isEventKind } from '../../src/lifecycle/evolve/evolve.ts'
import { SCANS_KEPT_AT_HAND } from '../../src/lifecycle/records.ts'
import { Dock, told } from './dock.ts'
import { A, B, X } from './serials.ts'
import { ALL_STORIES } from './stories/index.ts'

const received = (...drives: string[]): Dock => {
  const dock = new Dock()
  dock.job('harbor', { drives, tracking: 'PKG900001' })
  dock.scans('PKG900001', ...drives)
  return dock
}

describe('what follows from an event', () => {
  it('what a bay saw, and the use of a key, are kept and change no view', () => {
    const dock = received(A)
    const before = dock.store.all()
    dock.tell('drive-plugged', { bay: '1', attachment: 'usb-1', serials: [A] }, 'dock-1')
    dock.tell(
      'drive-examined',
      { bay: '1', attachment: 'usb-1', health: 'watch', reasons: [], findings: [], identity: 'waiting' },
      'dock-1',
    )
    dock.tell('key-used', { job: 'harbor', serial: A }, 'dock-1')
    dock.tell('drive-unplugged', { bay: '1', attachment: 'usb-1' }, 'dock-1')
    expect(dock.store.all()).toEqual(before)
  })

  it('an identity is remembered with its drive', () => {
    const dock = received(A)
    const compared = { label: A, manifest: B }
    dock.tell('identity-judged', { job: 'harbor', serial: A, verdict: 'contradicted', compared }, 'dock-1')
    expect(dock.store.hood().get('drive', `harbor/${A}`)?.identity).toBe('contradicted')
    dock.tell('identity-judged', { job: 'harbor', serial: A, verdict: 'overridden', compared }, 'dock-1')
    expect(dock.store.hood().get('drive', `harbor/${A}`)?.identity).toBe('overridden')
  })

  it('a copy that loses its drive goes on when the drive is back, and its proof ends it', () => {
    const dock = received(A)
    const copy = dock.beginCopy('harbor', A)
    const state = () => dock.store.hood().get('copy', copy)?.state
    const moves = ['paused', 'resumed', 'began', 'lost', 'returned', 'began', 'proving'] as const
    const states = moves.map((move) => {
      dock.tell('copy-moved', { copy, move }, 'dock-1')
      return state()
    })
    expect(states).toEqual(['paused', 'opening', 'copying', 'lost', 'opening', 'copying', 'proving'])
    dock.endCopy(copy)
    expect(state()).toBe('done')
    expect(dock.refusal('copy-moved', { copy, move: 'resumed' })).toBe('This copy has ended.')
  })

  it('more blobs done than there are is never more than 100 %', () => {
    const dock = received(A)
    const copy = dock.beginCopy('harbor', A)
    dock.tell(
      'copy-ended',
      {
        copy,
        status: 'CompletedMoreInfo',
        driveStatus: 'CompletedWithErrors',
        errors: true,
        copyStatus: 'CompletedWithErrors',
        bytesSucceeded: 1,
        blobs: { total: 1, completed: 3, withErrors: 0, failed: 0 },
        errorLog: 'waimportexport/error.xml',
        verboseLog: 'waimportexport/verbose.xml',
        manifestCopy: 'waimportexport/manifest.xml',
      },
      'dock-1',
    )
    expect(dock.store.hood().get('drive', `harbor/${A}`)).toMatchObject({
      percent: 100,
      errorLog: 'waimportexport/error.xml',
    })
    expect(dock.jobOf('harbor').percent).toBe(100)
  })

  it('the percent of a job never goes back, and missing drives do not hold it down', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B, X], tracking: 'PKG900002' })
    dock.scans('PKG900002', A, B, 'TD-FINISH')
    dock.copy('harbor', A)
    expect(dock.jobOf('harbor').percent).toBe(50)
    dock.copy('harbor', B, 'CompletedMoreInfo', true)
    expect(dock.jobOf('harbor').percent).toBe(87)
    dock.scans('PKG900002', X)
    expect(dock.jobOf('harbor').percent, 'a late drive has copied nothing yet').toBe(87)
  })

  it('a case is taken, its customer tried, answered, resolved and opened again', () => {
    const dock = received(A)
    dock.scan('TD-HOLD')
    const { id } = dock.caseOf('held-by-operator')
    const about = () => dock.store.hood().get('case', id)
    dock.tell('case-taken', { case: id, owner: 'ben' })
    dock.tell('case-contacted', { case: id })
    expect(about()).toMatchObject({ state: 'waiting', owner: 'ben' })
    const first = about()?.firstContactAt
    dock.tell('case-contacted', { case: id })
    expect(about()?.firstContactAt, 'the first attempt counts').toBe(first)
    dock.tell('case-answered', { case: id })
    dock.tell('case-resolved', { case: id })
    expect(about()?.state).toBe('resolved')
    dock.tell('case-reopened', { case: id })
    expect(about()?.resolvedAt).toBeUndefined()
    expect(dock.refusal('case-reopened', { case: id })).toBe('The case is open already.')
  })

  it('the service has the last word: its records replace what the station made of a fact', () => {
    const dock = received(A)
    const truth = { ...dock.jobOf('harbor'), state: 'Deleted' as const }
    dock.tell('consequence-refused', {
      fact: 'entry-1',
      station: 'dock-1',
      code: 'job-gone',
      sentence: 'The job was deleted meanwhile.',
      truth: [truth],
    })
    expect(dock.jobOf('harbor')).toEqual(truth)
  })

  it('what is told about nothing known is refused, and what is known is not told again', () => {
    const dock = received(A)
    expect(dock.refusal('drive-missed', { job: 'nobody', serial: A, by: 'timer' })).toBe(
      'This drive is not known.',
    )
    expect(dock.refusal('copy-moved', { copy: 'none', move: 'opened' })).toBe('This copy is not known.')
    expect(dock.refusal('case-resolved', { case: 'none' })).toBe('This case is not known.')
    expect(dock.refusal('return-closed', { return: 'none' })).toBe('This return is not known.')
    const [arrival] = dock.store.hood().all('arrival')
    const again = {
      arrival: arrival?.id ?? '',
      tracking: 'PKG900001',
      base: 'PKG900001',
      jobs: [],
      blind: true,
    }
    expect(dock.refusal('arrival-opened', again)).toBe('This arrival is known already.')
  })

  it('a station keeps its newest scans at hand, and no more', () => {
    const dock = received(A)
    for (let i = 0; i < SCANS_KEPT_AT_HAND; i++) dock.scan(A)
    expect(dock.store.hood().get('work', 'dock-1')?.scans).toHaveLength(SCANS_KEPT_AT_HAND)
    dock.scan('TD-UNDO').says('refused', 'nothing-to-undo')
  })

  it('every kind of event is told in a story or here', () => {
    for (const tell of Object.values(ALL_STORIES)) tell()
    expect(EVENT_KINDS.filter((kind) => !told.has(kind))).toEqual([])
    expect(isEventKind('drive-teleported')).toBe(false)
  })
})
