import { describe, expect, test } from 'vitest'
import { logName } from '../../../src/copy/log/log-name.ts'

const PUBLISHED = {
  job: 'harborjob1',
  driveId: 'QZ71M0042',
  diagnosticsPath: 'waimportexport',
  startedAt: Date.UTC(2026, 1, 10, 10, 15, 30, 417),
}

describe('the name of a log', () => {
  test('is the published one', () => {
    expect(logName(PUBLISHED, 'error')).toBe(
      'waimportexport/waies/harborjob1_QZ71M0042_20260210-101530-417_error.xml',
    )
  })

  test('lies in the container the job asks for', () => {
    expect(logName({ ...PUBLISHED, diagnosticsPath: 'mylogs' }, 'verbose')).toMatch(
      /^mylogs\/waies\/.*_verbose\.xml$/,
    )
  })

  test.each(['No Container', '', '///', '../up'])(
    'falls back when %j cannot be a container',
    (diagnosticsPath) => {
      expect(logName({ ...PUBLISHED, diagnosticsPath }, 'error')).toMatch(/^waimportexport\/waies\//)
    },
  )

  test('takes no folders from names that come from outside', () => {
    expect(logName({ ...PUBLISHED, driveId: '../../x/y', job: 'a b\\c' }, 'error')).toBe(
      'waimportexport/waies/a_b_c_.._.._x_y_20260210-101530-417_error.xml',
    )
  })
})
