import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const home = resolve(import.meta.dirname, '../..')

/** What stands in for `main.ts`: says who it is, then does what its argument says. */
const MAIN = `
const [what, ...rest] = process.argv.slice(2)
process.on('SIGTERM', () => { console.log('told to end'); process.exit(7) })
console.log(JSON.stringify({ pid: process.pid, node: process.versions.node, rest }))
if (what === 'exit') process.exit(Number(rest[0]))
if (what === 'echo') process.stdin.pipe(process.stdout)
if (what === 'stay') setTimeout(() => undefined, 30_000)
if (what === 'die') process.kill(process.pid, 'SIGKILL')
`

describe('the tallydock command', () => {
  let root = ''
  let started: ChildProcess[] = []
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tallydock-command-'))
    mkdirSync(join(root, 'src', 'cli'), { recursive: true })
    writeFileSync(join(root, 'package.json'), '{"type":"module"}')
    for (const part of ['src/cli/tallydock.js', 'src/host/npm-shell.js'])
      cpSync(join(home, part), join(root, part))
    writeFileSync(join(root, 'src/cli/main.ts'), MAIN)
    writeFileSync(
      join(root, 'old.cjs'),
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })",
    )
    symlinkSync(join(home, 'node_modules'), join(root, 'node_modules'))
  })
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL')
    started = []
    rmSync(root, { recursive: true })
  })

  /** `old`: under a Node that takes itself for version 20. */
  async function start(age: 'old' | 'new', ...args: string[]) {
    const preload = age === 'old' ? ['--require', join(root, 'old.cjs')] : []
    const child = spawn(process.execPath, [...preload, join(root, 'src/cli/tallydock.js'), ...args])
    started.push(child)
    const ended = once(child, 'close')
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => String((await lines.next()).value)
    const hello = JSON.parse(await next()) as { pid: number; node: string; rest: string[] }
    return { child, ended, next, hello }
  }

  test('becomes main.ts itself under a Node that is new enough', async () => {
    const { child, hello, ended } = await start('new', 'exit', '3')
    expect(hello.pid).toBe(child.pid)
    expect(await ended).toEqual([3, null])
  })

  test('hands arguments over to the pinned Node under an older one, and its exit code back', async () => {
    const { child, hello, ended } = await start('old', 'exit', '3', 'with space', '--flag')
    expect(hello.pid).not.toBe(child.pid)
    expect(Number.parseInt(hello.node, 10)).toBeGreaterThanOrEqual(24)
    expect(hello.rest).toEqual(['3', 'with space', '--flag'])
    expect(await ended).toEqual([3, null])
  })

  test('lets the streams through and ends with them', async () => {
    const { child, next, ended } = await start('old', 'echo')
    child.stdin?.end('one scan\n')
    expect(await next()).toBe('one scan')
    expect(await ended).toEqual([0, null])
  })

  test('passes a request to end on, and waits for the answer', async () => {
    const { child, next, ended } = await start('old', 'stay')
    child.kill('SIGTERM')
    expect(await next()).toBe('told to end')
    expect(await ended).toEqual([7, null])
  })

  test('dies of what main.ts died of', async () => {
    const { ended } = await start('old', 'die')
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  test('leaves nothing running when it is killed', { timeout: 10_000 }, async () => {
    const { child, ended } = await start('old', 'stay')
    child.kill('SIGKILL')
    // The streams close only when the last process that holds them has gone.
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  test('says what to do when the pinned Node is missing', async () => {
    rmSync(join(root, 'node_modules'))
    const child = spawn(process.execPath, [
      '--require',
      join(root, 'old.cjs'),
      join(root, 'src/cli/tallydock.js'),
    ])
    started.push(child)
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said).toContain('Run "npm ci"')
  })
})
