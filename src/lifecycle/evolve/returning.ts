import { isOfItsJob, isOnSite, missingFromBox, packable } from '../earned.ts'
import type { EventKind } from '../events.ts'
import { driveKey, type ReturnRecord } from '../records.ts'
import { DRIVE_TABLE } from '../tables/drive.ts'
import { RETURN_TABLE } from '../tables/return.ts'
import { advance, applied, type Folds, Halt, known, refuse } from './evolved.ts'
import { place } from './receiving.ts'
import { settle } from './settle.ts'

/** Outgoing packages. */
export const RETURNING_FOLDS = {
  'return-opened': (hood, { return: id, ...opened }, stamp) => {
    if (hood.get('return', id) !== undefined) throw new Halt('no-op', 'This return is known already.')
    const box: ReturnRecord = {
      kind: 'return',
      id,
      ...opened,
      state: 'packing',
      drives: [],
      prints: 0,
      openedAt: stamp.at,
    }
    return applied(hood.put(box))
  },

  'drive-packed': (hood, body, stamp) => {
    const box = known(hood.get('return', body.return), 'return')
    const state = advance(RETURN_TABLE, box.state, 'drive-packed')
    if (box.drives.includes(body.serial)) throw new Halt('no-op', 'The drive is in this box already.')
    const custody = known(hood.get('custody', body.serial), 'drive')
    if (custody.state === 'packed') refuse('The drive is in another box.')
    if (!isOnSite(custody)) refuse('The drive is not on site.')
    if (custody.job !== undefined && isOfItsJob(hood, custody)) {
      const job = known(hood.get('job', custody.job), 'job')
      const ready = packable(known(hood.get('drive', driveKey(job.id, body.serial)), 'drive'), job)
      if (!ready.ok) refuse(`The drive cannot be packed: ${ready.because}.`)
    }
    const packed = hood.put({ ...box, state, drives: [...box.drives, body.serial] })
    return applied(place(packed, body.serial, 'packed', stamp, { return: box.id }))
  },

  'drive-unpacked': (hood, body, stamp) => {
    const box = known(hood.get('return', body.return), 'return')
    const state = advance(RETURN_TABLE, box.state, 'drive-unpacked')
    if (!box.drives.includes(body.serial)) throw new Halt('no-op', 'The drive is not in this box.')
    const taken = place(hood, body.serial, 'unpacked', stamp, {})
    const custody = known(taken.get('custody', body.serial), 'drive')
    const { return: _, ...loose } = custody
    return applied(taken.put(loose, { ...box, state, drives: box.drives.filter((s) => s !== body.serial) }))
  },

  'label-printed': (hood, body) => {
    const box = known(hood.get('return', body.return), 'return')
    if (box.state === 'packing' && (box.drives.length === 0 || missingFromBox(hood, box).length > 0))
      refuse('The label has not been earned yet.')
    const state = advance(RETURN_TABLE, box.state, 'label-printed')
    return applied(hood.put({ ...box, state, prints: box.prints + 1 }))
  },
  'label-voided': (hood, body) => {
    const box = known(hood.get('return', body.return), 'return')
    return applied(hood.put({ ...box, state: advance(RETURN_TABLE, box.state, 'label-voided') }))
  },

  'return-closed': (hood, body, stamp) => {
    const box = known(hood.get('return', body.return), 'return')
    return applied(
      hood.put({ ...box, state: advance(RETURN_TABLE, box.state, 'closed'), closedAt: stamp.at }),
    )
  },

  'return-shipped': (hood, body, stamp) => {
    const box = known(hood.get('return', body.return), 'return')
    const state = advance(RETURN_TABLE, box.state, 'shipped')
    let next = hood.put({
      ...box,
      state,
      carrier: body.carrier,
      tracking: body.tracking,
      shippedAt: stamp.at,
    })
    const jobs = new Set<string>()
    for (const serial of box.drives) {
      const custody = known(next.get('custody', serial), 'drive')
      const drive = custody.job === undefined ? undefined : next.get('drive', driveKey(custody.job, serial))
      if (drive !== undefined && isOfItsJob(next, custody)) {
        next = next.put({ ...drive, state: advance(DRIVE_TABLE, drive.state, 'shipped-back') })
        jobs.add(drive.job)
      }
      next = place(next, serial, 'handed-over', stamp, {})
    }
    for (const job of jobs) next = settle(next, job, stamp.at)
    return applied(next)
  },

  'return-voided': (hood, body) => {
    const box = known(hood.get('return', body.return), 'return')
    if (box.drives.length > 0) refuse('Take the drives out of the box first.')
    return applied(hood.put({ ...box, state: advance(RETURN_TABLE, box.state, 'voided') }))
  },
} satisfies Partial<Folds<EventKind>>
