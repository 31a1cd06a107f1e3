import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

describe('the bench runner', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tallydock-bench-'))
    cpSync(resolve(import.meta.dirname, '../bench/run.ts'), join(root, 'run.ts'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function bench(measurements: Record<string, string>, ...names: string[]) {
    for (const [name, body] of Object.entries(measurements)) writeFileSync(join(root, `${name}.ts`), body)
    return spawnSync(process.execPath, [join(root, 'run.ts'), ...names], { encoding: 'utf8' })
  }

  test('passes figures on, in the order of the names, and only those asked for', () => {
    const two = { b: `console.log('{"b":2}')`, a: `console.log('{"a":1}')` }
    expect(bench(two)).toMatchObject({ status: 0, stdout: '{"a":1}\n{"b":2}\n' })
    expect(bench(two, 'b')).toMatchObject({ status: 0, stdout: '{"b":2}\n' })
  })

  test('goes on after one that fails, keeps chatter off stdout, and fails at the end', () => {
    const run = bench({
      a: `console.log('{"a":1}'); process.exit(3)`,
      b: `console.log('chatter')`,
      c: `console.log('{"c":3}')`,
    })
    expect(run.stdout).toBe('{"a":1}\n{"c":3}\n')
    expect(run.stderr).toBe('a.ts: ended with 3\nb.ts: not a figure: chatter\n')
    expect(run.status).toBe(1)
  })

  test('refuses a name it does not know', () => {
    expect(bench({ a: '' }, 'z')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'No such measurement: z. There are: a\n',
    })
  })
})
