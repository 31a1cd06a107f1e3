/**
 * Kills without number. `TALLYDOCK_KILLS=10000 npx vitest run --mode soak test/ledger` is the run that the claim "no
 * acknowledged scan lost" rests on; by default a tenth of it.
 */
import { expect, test } from 'vitest'
import { must, openDock, temporaryFolder } from './dock.ts'
import { scanAndKill } from './scan-and-kill.ts'

const KILLS = Number(process.env.TALLYDOCK_KILLS ?? 1_000)
const SEED = Number(process.env.TALLYDOCK_SEED ?? 1)
/** A ledger of its own for each hundred: what is looked at after every kill stays small. */
const KILLS_A_LEDGER = 100
const MOST_SCANS = 40

/** Park and Miller's minimal generator: the same seed, the same moments. */
function moments(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return 1 + (state % MOST_SCANS)
  }
}

for (let done = 0; done < KILLS; done += KILLS_A_LEDGER) {
  const seed = SEED + done
  test(`kills ${done + 1} to ${done + KILLS_A_LEDGER} lose no acknowledged scan (seed ${seed})`, {
    timeout: 600_000,
  }, async () => {
    const folder = temporaryFolder()
    const next = moments(seed)
    const acknowledged: string[] = []
    for (let kill = 0; kill < KILLS_A_LEDGER; kill++) {
      const told = await scanAndKill(folder, next())
      acknowledged.push(...told)
      const ledger = openDock({ folder })
      expect(told.filter((scan) => ledger.get('scan', scan) === undefined)).toEqual([])
      expect(ledger.unsentCount()).toBe(ledger.head().seq)
      ledger.close()
    }
    const ledger = openDock({ folder })
    expect(must(await ledger.verify()).problems).toEqual([])
    expect(acknowledged.filter((scan) => ledger.get('scan', scan) === undefined)).toEqual([])
    const scans = ledger.entries({ after: 0, limit: 100_000 }).map((row) => String(row.entry?.body.scan))
    expect(new Set(scans).size).toBe(scans.length)
    ledger.close()
  })
}
