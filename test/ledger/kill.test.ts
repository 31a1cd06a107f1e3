import fc from 'fast-check'
import { expect, test } from 'vitest'
import { must, openDock, temporaryFolder } from './dock.ts'
import { scanAndKill } from './scan-and-kill.ts'

const ROUNDS = 10

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
