/**
 * What a test may be skipped for. A test leaves itself out only by `ctx.skip('word')`, where the word names something a
 * machine may lack and stands in `.ci/expected-absent`. Any other way of not running (`.skip`, `.todo`, a failed
 * `beforeAll`) fails the run, so nothing is switched off in silence. Pure.
 */

export interface TestOutcome {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  /** What a skipped test said. */
  readonly note?: string | undefined
}

export interface Verdict {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** One sentence for each test that did not run without good reason. They count as failed. */
  readonly complaints: readonly string[]
}

/** The words of `.ci/expected-absent`: one on each line; `#` starts a comment. */
export function expectedAbsent(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((word) => word !== '')
}

/** `filtered`: a person asked for some tests by name (`-t`), so the others did not run and that is no complaint. */
export function judgeRun(
  outcomes: readonly TestOutcome[],
  absent: readonly string[],
  filtered: boolean,
): Verdict {
  const count = (state: TestOutcome['state']) => outcomes.filter((outcome) => outcome.state === state).length
  const unexplained = outcomes.filter(
    ({ state, note }) =>
      state === 'pending' || (state === 'skipped' && !(note !== undefined && absent.includes(note))),
  )
  const complaints = filtered ? [] : unexplained.map(complain)
  return {
    passed: count('passed'),
    failed: count('failed') + complaints.length,
    skipped: outcomes.length - count('passed') - count('failed') - complaints.length,
    complaints,
  }
}

function complain({ name, state, note }: TestOutcome): string {
  if (state === 'pending') return `${name}: did not finish`
  if (note === undefined) return `${name}: skipped without a reason; leave it out only by ctx.skip('word')`
  return `${name}: skipped for "${note}", which .ci/expected-absent does not list`
}
