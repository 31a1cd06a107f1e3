/**
 * `npm run check`: runs every `check:…` script of package.json, all of them whatever happens, and says how each went. A
 * failed one shows what it printed. Exit 1 when any failed.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Enough to see what is wrong; the single script shows the rest. */
const MOST_LINES_SHOWN = 120

interface Result {
  readonly script: string
  readonly passed: boolean
  readonly seconds: number
  readonly output: string
}

function run(script: string): Promise<Result> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--run', script], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ script, passed: code === 0, seconds: (performance.now() - start) / 1000, output }),
    )
  })
}

function show({ script, passed, seconds, output }: Result): void {
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${script} (${seconds.toFixed(1)} s)`)
  if (passed) return
  const lines = output.trimEnd().split('\n')
  console.log(lines.slice(0, MOST_LINES_SHOWN).join('\n'))
  const hidden = lines.length - MOST_LINES_SHOWN
  if (hidden > 0) console.log(`… ${hidden} more lines: npm run ${script}`)
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const waiting = Object.keys(scripts).filter((name) => name.startsWith('check:'))
let failed = 0
const lane = async () => {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
    const result = await run(script)
    show(result)
    if (!result.passed) failed += 1
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, lane))
console.log(failed === 0 ? 'check passed' : `check failed: ${failed} of its parts`)
process.exitCode = failed === 0 ? 0 : 1
