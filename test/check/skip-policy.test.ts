import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectedAbsent, judgeRun } from '../../build/test-run/skip-policy.ts'

const home = resolve(import.meta.dirname, '../..')

describe('the skip policy', () => {
  test('reads one word a line and no comments', () => {
    expect(expectedAbsent('# why\nelectron\n\n kvm # not in a container\n')).toEqual(['electron', 'kvm'])
  })

  test('takes a listed word and counts everything else as failed', () => {
    const verdict = judgeRun(
      [
        { name: 'a', state: 'passed' },
        { name: 'b', state: 'failed' },
        { name: 'c', state: 'skipped', note: 'kvm' },
        { name: 'd', state: 'skipped', note: 'too slow' },
        { name: 'e', state: 'skipped' },
        { name: 'f', state: 'pending' },
      ],
      ['kvm'],
      false,
    )
    expect(verdict).toEqual({
      passed: 1,
      failed: 4,
      skipped: 1,
      complaints: [
        'd: skipped for "too slow", which .ci/expected-absent does not list',
        "e: skipped without a reason; leave it out only by ctx.skip('word')",
        'f: did not finish',
      ],
    })
  })

  test('lets a person run a few tests by name', () => {
    const verdict = judgeRun(
      [
        { name: 'a', state: 'passed' },
        { name: 'b', state: 'skipped' },
      ],
      [],
      true,
    )
    expect(verdict).toMatchObject({ passed: 1, failed: 0, skipped: 1, complaints: [] })
  })
})

describe('a whole test run', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tallydock-test-run-'))
    const parts = ['vitest.config.ts', 'build/test-run', '.ci/expected-absent', 'test/fixtures']
    for (const part of parts) cpSync(join(home, part), join(root, part), { recursive: true })
    symlinkSync(join(home, 'node_modules'), join(root, 'node_modules'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function run(body: string, seed = '', ...options: string[]) {
    const imports =
      "import fc from 'fast-check'\nimport { beforeAll, describe, expect, test } from 'vitest'\n"
    writeFileSync(join(root, 'test', 'story.test.ts'), imports + body)
    const vitest = join(home, 'node_modules', 'vitest', 'vitest.mjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', ...options], {
      cwd: root,
      encoding: 'utf8',
      // A test process says of itself that it is one; the run inside must not believe it is inside this one.
      env: { PATH: process.env.PATH, NO_COLOR: '1', TALLYDOCK_SEED: seed },
    })
    return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) }
  }

  test('passes with a listed reason and says so in its last line', () => {
    const { status, last } = run("test('a', () => {})\ntest('b', (ctx) => ctx.skip('electron'))")
    expect(last).toBe('1 passed, 0 failed, 1 skipped')
    expect(status).toBe(0)
  })

  test.each([
    ['an unlisted reason', "test('b', (ctx) => ctx.skip('slow'))", 'skipped for "slow"'],
    ['no reason', "test('b', (ctx) => ctx.skip())", 'skipped without a reason'],
    ['.skip', "test.skip('b', () => {})", 'skipped without a reason'],
    ['.skip on a group', "describe.skip('g', () => { test('b', () => {}) })", 'skipped without a reason'],
    ['.skipIf', "test.skipIf(true)('b', () => {})", 'skipped without a reason'],
    ['.todo', "test.todo('b')", 'skipped without a reason'],
  ])('fails with %s', (_, skipped, complaint) => {
    const { status, stdout, last } = run(`test('a', () => {})\n${skipped}`)
    expect(stdout).toContain(`story.test.ts > `)
    expect(stdout).toContain(complaint)
    expect(last).toBe('1 passed, 1 failed')
    expect(status).toBe(1)
  })

  test('fails with .only', () => {
    const { status, last } = run("test.only('a', () => {})\ntest('b', () => {})")
    expect(last).toMatch(/^\d passed, [1-9] failed/)
    expect(status).toBe(1)
  })

  test('counts a file that cannot be loaded and a group whose set-up broke as failed', () => {
    expect(run("throw new Error('broken')").last).toBe('0 passed, 1 failed')
    const { status, last } = run(
      "describe('g', () => { beforeAll(() => { throw new Error('broken') })\ntest('a', () => {}) })",
    )
    expect(last).toMatch(/^0 passed, [1-9] failed/)
    expect(status).toBe(1)
  })

  test('draws from the given seed, prints it once and hands it on', () => {
    const body = "test('a', () => { expect(fc.readConfigureGlobal().seed).toBe(4711) })"
    const { stdout, last } = run(body, '4711')
    expect(stdout.match(/^seed 4711$/gm)).toHaveLength(1)
    expect(last).toBe('1 passed, 0 failed')
  })

  test('draws a fresh seed without one and refuses one that is no number', () => {
    const body =
      "test('a', () => { expect(String(fc.readConfigureGlobal().seed)).toBe(process.env.TALLYDOCK_SEED) })"
    const { stdout, last } = run(body)
    expect(stdout).toMatch(/^seed \d+$/m)
    expect(last).toBe('1 passed, 0 failed')
    const refused = run(body, 'seven')
    expect(refused.stdout + refused.stderr).toContain('TALLYDOCK_SEED is "seven"')
    expect(refused.status).toBe(1)
  })
})
