/**
 * `npm run bench`: runs every measurement beside this file in turn, each in a process of its own, and passes on its
 * figures: one JSON line each on stdout, nothing else. `node test/bench/run.ts NAME …` runs only those named.
 * Anything a measurement says that is no JSON goes to stderr and, like an exit code other than 0, makes this exit 1.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'

const here = import.meta.dirname
const all = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && file !== basename(import.meta.filename))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.includes(`${name}.ts`))
if (unknown.length > 0) {
  console.error(
    `No such measurement: ${unknown.join(', ')}. There are: ${all.map((file) => basename(file, '.ts')).join(', ')}`,
  )
  process.exit(2)
}

for (const file of all) {
  if (wanted.length > 0 && !wanted.includes(basename(file, '.ts'))) continue
  const child = spawn(process.execPath, [join(here, file)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (isJsonObject(line)) console.log(line)
    else complain(file, `not a figure: ${line}`)
  }
  const failure = await ended
  if (failure !== undefined) complain(file, failure)
}

function complain(file: string, what: string): void {
  console.error(`${file}: ${what}`)
  process.exitCode = 1
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
