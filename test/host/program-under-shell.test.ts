import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { PROGRAM_DONE } from '../../src/host/shell-messages.ts'
import { eventually } from './eventually.ts'
import { UtilityWorker } from './utility-worker.ts'

const PROGRAM = new URL('../../src/host/program-under-shell.ts', import.meta.url)

describe('a program under the shell', () => {
  it('talks over the port of its process, and says last that it is done', async () => {
    const program = new UtilityWorker(PROGRAM, ['copy'])

    program.send({
      type: 'start',
      direction: 'import',
      storage: 'nowhere:/at/all',
      order: {
        copyId: 'copy-1',
        job: 'job',
        driveId: 'WX32DA0K4T7N',
        root: '/nowhere',
        manifestPath: '\\DriveManifest.xml',
        manifestHash: '0'.repeat(32),
        logLevel: 'Error',
        diagnosticsPath: 'waimportexport',
        backupDriveManifest: false,
        proof: 'manifest',
      },
    })
    await eventually(() => program.messages).toContain(PROGRAM_DONE)

    expect(program.messages).toEqual([expect.objectContaining({ type: 'not-started' }), PROGRAM_DONE])
    await program.worker.terminate()
  })

  it('is none that nobody knows', async () => {
    const [error] = await once(new UtilityWorker(PROGRAM, ['format-drive']).worker, 'error')

    expect(String(error)).toContain('There is no program format-drive')
  })
})
