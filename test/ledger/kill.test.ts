import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { must, openDock, temporaryFolder } from './dock.ts'

const ROUNDS = 10

/** Lets a station scan until it has acknowledged so many, kills it in the midst of the next, answers what it acknowledged. */
function scanAndKill(folder: string, acknowledgements: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./scan-until-killed.ts', import.meta.url)), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return new Promise((resolve, reject) => {
    const acknowledged: string[] = []
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      acknowledged.push(line)
      if (acknowledged.length === acknowledgements) child.kill('SIGKILL')
    })
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(acknowledged)
      else reject(new Error(`the station ended by itself: ${code ?? signal}`))
    })
  })
}

test('no acknowledged scan is lost, however often the station is killed', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const acknowledged: string[] = []
  const [counts] = fc.sample(
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: ROUNDS, maxLength: ROUNDS }),
    1,
  )
  for (const count of counts ?? []) {
    acknowledged.push(...(await scanAndKill(folder, count)))
    const ledger = openDock({ folder })
    const lost = acknowledged.filter((scan) => ledger.get('scan', scan) === undefined)
    expect(lost).toEqual([])
    expect(ledger.unsentCount()).toBe(ledger.head().seq)
    expect(must(await ledger.verify()).problems).toEqual([])
    ledger.close()
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS)
  // One journal row, one view and one outbox row for each scan: nothing half done.
  const ledger = openDock({ folder })
  const scans = ledger.entries({ after: 0, limit: 10_000 }).map((row) => String(row.entry?.body.scan))
  expect(new Set(scans).size).toBe(scans.length)
  expect(scans.filter((scan) => ledger.get('scan', scan) === undefined)).toEqual([])
})
