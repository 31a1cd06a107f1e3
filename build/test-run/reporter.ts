/**
 * The last word of a test run: complaints about skipped tests, then one plain line that programs can read,
 * `N passed, N failed` (`, N skipped` when some were). It fails the run when the skip policy is broken.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { expectedAbsent, judgeRun, type TestOutcome } from './skip-policy.ts'

export default class ClosingReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const root = this.#vitest?.config.root ?? process.cwd()
    const absent = expectedAbsent(readFileSync(join(root, '.ci', 'expected-absent'), 'utf8'))
    const filtered = this.#vitest?.config.testNamePattern !== undefined
    const verdict = judgeRun([...modules.flatMap(outcomesOf), ...unhandled.map(asOutcome)], absent, filtered)
    if (verdict.failed > 0) process.exitCode = 1
    // Printed as the process ends, so that it stands below whatever other reporters still have to say.
    process.once('exit', () => {
      for (const complaint of verdict.complaints) console.log(complaint)
      const skipped = verdict.skipped > 0 ? `, ${verdict.skipped} skipped` : ''
      console.log(`${verdict.passed} passed, ${verdict.failed} failed${skipped}`)
    })
  }
}

/** A module or suite that broke outside its tests (while loading, in a hook) counts as one failed test. */
function outcomesOf(module: TestModule): TestOutcome[] {
  const file = module.relativeModuleId
  const tests = Array.from(module.children.allTests(), (test): TestOutcome => {
    const result = test.result()
    const note = result.state === 'skipped' ? result.note : undefined
    return { name: `${file} > ${test.fullName}`, state: result.state, note }
  })
  const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0)
  return [...tests, ...broken.map((): TestOutcome => ({ name: file, state: 'failed' }))]
}

function asOutcome(error: SerializedError): TestOutcome {
  return { name: error.message, state: 'failed' }
}
