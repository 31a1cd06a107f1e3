import { describe, expect, test } from 'vitest'
import type { CopyRecord, CustodyRecord, DriveRecord, JobRecord } from '../../src/lifecycle/records.ts'
import type { Device } from '../../src/ports/devices.ts'
import { bayOf, stepFor } from '../../src/station/bays.ts'

const custody: CustodyRecord = { kind: 'custody', id: 'S1', serial: 'S1', state: 'bay', bay: '1', since: 0 }
const device: Device = {
  attachment: 'a1',
  slot: '1-2',
  node: '/dev/sdb',
  kind: 'usb',
  serials: [],
  model: undefined,
  sizeBytes: 1,
  readOnly: true,
  system: false,
}
const job: JobRecord = {
  kind: 'job',
  id: 'J',
  subscription: 's',
  group: 'g',
  name: 'larkfield',
  type: 'Import',
  site: 'homedock',
  state: 'Received',
  storageAccountId: 'x',
  diagnosticsPath: 'waimportexport',
  logLevel: 'Error',
  backupDriveManifest: false,
  hasReturnAddress: true,
  hasCarrierAccount: true,
  createdAt: 0,
  updatedAt: 0,
  cancelRequested: false,
  leftShipping: true,
  percent: 0,
}
const drive: DriveRecord = {
  kind: 'drive',
  id: 'J/S1',
  job: 'J',
  serial: 'S1',
  driveId: 'S1',
  state: 'Received',
  apart: false,
  percent: 0,
  bytesSucceeded: 0,
  endedWithError: false,
}
const copy: CopyRecord = {
  kind: 'copy',
  id: 'C',
  job: 'J',
  serial: 'S1',
  direction: 'import',
  proof: 'manifest',
  state: 'copying',
  startedAt: 0,
}
const ready = { custody, device, drive, job, copy: undefined }

describe('what a bay should do now', () => {
  test('a received drive of a job that is in is copied by itself', () => {
    expect(stepFor(ready)).toEqual({ do: 'start' })
  })

  test.each([
    ['nothing is plugged in', { device: undefined }, 'not-plugged'],
    ['the drive belongs to no job', { drive: undefined }, 'not-of-a-job'],
    ['the drive is faulted', { drive: { ...drive, fault: { reason: 'damaged', since: 0 } } }, 'faulted'],
    ['the job is faulted', { job: { ...job, fault: { reason: 'lost', since: 0 } } }, 'faulted'],
    ['the arrival is still open', { job: { ...job, leftShipping: false } }, 'job-not-in'],
    ['the job was cancelled', { job: { ...job, cancelRequested: true } }, 'cancelled'],
    ['an export waits for its scan', { job: { ...job, type: 'Export' as const } }, 'export-waits-for-scan'],
    ['the drive goes home by itself', { drive: { ...drive, apart: true } }, 'goes-home'],
    ['the drive is done', { drive: { ...drive, state: 'Completed' as const } }, 'finished'],
  ])('nothing, because %s', (_, change, because) => {
    expect(stepFor({ ...ready, ...change })).toEqual({ do: 'nothing', because })
  })

  test('a drive to be filled begins when it was scanned for its bay, not when it only said where it is', () => {
    const toFill = { ...ready, job: { ...job, type: 'Export' as const } }
    expect(stepFor({ ...toFill, custody: { ...custody, scanned: true } })).toEqual({ do: 'start' })
    expect(stepFor(toFill)).toEqual({ do: 'nothing', because: 'export-waits-for-scan' })
  })

  test('a copy that was under way goes on once its drive is there', () => {
    const transferring = { ...ready, drive: { ...drive, state: 'Transferring' as const }, copy }
    expect(stepFor(transferring)).toEqual({ do: 'go-on', copy })
    expect(stepFor({ ...transferring, device: undefined })).toEqual({ do: 'nothing', because: 'not-plugged' })
  })

  test('a copy of a cancelled job is cancelled, with or without its drive', () => {
    const cancelled = { ...ready, job: { ...job, cancelRequested: true }, copy }
    expect(stepFor(cancelled)).toEqual({ do: 'cancel', copy })
    expect(stepFor({ ...cancelled, device: undefined })).toEqual({ do: 'cancel', copy })
  })
})

test('a slot nobody named is its own name', () => {
  expect(bayOf({ bays: { '1-2': '7' } }, device)).toBe('7')
  expect(bayOf({ bays: {} }, { slot: 'loop3' })).toBe('LOOP3')
})
