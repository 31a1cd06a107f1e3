/** Walks a source tree and judges every file in it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type Violation } from './rules.ts'
import { readSource } from './source.ts'

const SOURCES = /\.[cm]?[jt]sx?$/
/** Not our code: what tools install and make. Nor are folders with a dot in front. */
const FOREIGN = ['node_modules', 'dist', 'coverage']

/** Every source file under `root`, as paths with `/`. */
function sourcesIn(root: string, folder = ''): string[] {
  const inside = readdirSync(join(root, folder), { withFileTypes: true })
  return inside.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) return SOURCES.test(path) ? [path] : []
    return !entry.isDirectory() || FOREIGN.includes(path) || entry.name.startsWith('.')
      ? []
      : sourcesIn(root, path)
  })
}

export function judgeTree(root: string): {
  readonly files: number
  readonly violations: readonly Violation[]
} {
  const files = sourcesIn(root).sort()
  const violations = files.flatMap((path) =>
    judge(path, readSource(path, readFileSync(join(root, path), 'utf8'))),
  )
  return { files: files.length, violations }
}
