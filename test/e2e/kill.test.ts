import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { need } from '../fixtures/need.ts'
import { testDock } from './dock.ts'
import { liveThroughKills } from './kill-day.ts'

const SEED = Number(process.env.TALLYDOCK_SEED ?? 1)

test(`no answered scan is lost or doubled when the engine is killed (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  await liveThroughKills(SEED, 10)
})

test('the ledger is on the disk before a scan is answered', { timeout: 120_000 }, async (ctx) => {
  need(ctx, 'strace')
  const dock = testDock()
  await mkdir(dock.data)
  dock.configure({})
  await dock.order({ name: 'synced', drives: [{ driveId: 'WX32DA0K4T7N' }, { driveId: 'WX32DA0K9M2C' }] })
  const trace = join(dock.folder, 'trace')
  const command = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))
  const scans = join(dock.folder, 'scans')
  await promisify(execFile)('sh', [
    '-c',
    `printf '1Z84W5E70341829916\\nWX32DA0K4T7N\\nWX32DA0K9M2C\\n' > "${scans}" && ` +
      `exec strace -f -yy -s 48 -e trace=pwrite64,fdatasync,fsync,write -o "${trace}" "${process.execPath}" "${command}" scan --data "${dock.data}" < "${scans}"`,
  ])

  // Each verdict on stdout, and the last thing that happened to the ledger before it.
  let unsynced = 0
  let verdicts = 0
  for (const line of (await readFile(trace, 'utf8')).split('\n')) {
    if (/\bpwrite64\(\d+<[^>]*ledger\.sqlite-wal>/.test(line)) unsynced++
    if (/\b(fdatasync|fsync)\(\d+<[^>]*ledger\.sqlite-wal>/.test(line)) unsynced = 0
    if (/\bwrite\(1<.*\{\\"scan\\"/.test(line)) {
      verdicts++
      expect(unsynced, `${line} came before its sync`).toBe(0)
    }
  }
  expect(verdicts).toBe(3)
})
