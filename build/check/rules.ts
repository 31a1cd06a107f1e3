/** Judges what a source file imports and uses against the table of `layers.ts`. Pure. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import {
  LAYERS,
  type Layer,
  LONGEST_FILE_LINES,
  OUTSIDE_WORLD,
  type OutsideWorld,
  RESERVED,
} from './layers.ts'
import type { Import, Source } from './source.ts'

export type RuleId =
  /** A file that no row of the table covers. */
  | 'no-layer'
  /** A place of ours that this layer may not import. */
  | 'layer'
  /** Only `import type` is allowed here. */
  | 'types-only'
  | 'package'
  | 'builtin'
  /** The target is computed, so no rule can see it. */
  | 'unseen-import'
  | 'length'
  | keyof typeof OUTSIDE_WORLD

export interface Violation {
  readonly rule: RuleId
  /** Path from the project's root, with `/`. */
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/** The layer a path belongs to, by the longest place that covers it; a file at the root belongs to `.`. */
export function layerOf(path: string): string | undefined {
  const names = Object.keys(LAYERS).filter((name) => covers(name, path))
  if (names.length === 0 && !path.includes('/')) return '.'
  return names.sort((a, b) => b.length - a.length)[0]
}

/** Whether `place` (a folder, a file, or a file without its ending) holds `path`. */
export function covers(place: string, path: string): boolean {
  return (
    path === place || path.startsWith(`${place}/`) || (path.startsWith(`${place}.`) && !place.includes('.'))
  )
}

/** Everything in one file that breaks a rule, in the order of its lines. */
export function judge(file: string, source: Source): Violation[] {
  const name = layerOf(file)
  if (name === undefined)
    return [
      { rule: 'no-layer', file, line: 1, sentence: 'no row of build/check/layers.ts covers this folder' },
    ]
  const layer: Layer = LAYERS[name as keyof typeof LAYERS]
  const found: Violation[] = []
  for (const one of source.imports) {
    const broken = judgeImport(file, name, layer, one)
    if (broken !== undefined) found.push({ ...broken, file, line: one.line })
  }
  for (const [rule, world] of Object.entries<OutsideWorld>(OUTSIDE_WORLD)) {
    if (world.allowedIn.some((pattern) => pattern.test(file))) continue
    for (const { word, line } of source.uses)
      if (world.words.includes(word))
        found.push({ rule: rule as RuleId, file, line, sentence: `${word} comes through ${world.instead}` })
  }
  if (source.lines > LONGEST_FILE_LINES) {
    const sentence = `${source.lines} lines; split it by reason at ${LONGEST_FILE_LINES}`
    found.push({ rule: 'length', file, line: LONGEST_FILE_LINES + 1, sentence })
  }
  return found.sort((a, b) => a.line - b.line)
}

type Broken = Pick<Violation, 'rule' | 'sentence'>

function judgeImport(
  file: string,
  name: string,
  layer: Layer,
  { target, typeOnly }: Import,
): Broken | undefined {
  if (target === '') {
    if (name === 'test' || name === 'build') return undefined
    return {
      rule: 'unseen-import',
      sentence: 'write the imported path out, so that the layer rules can see it',
    }
  }
  if (target.startsWith('.')) return judgeOurs(file, name, layer, target, typeOnly)
  if (isBuiltin(target)) {
    const builtin = target.replace(/^node:/, '')
    if (layer.builtins === 'any' || layer.builtins.includes(builtin)) return undefined
    return { rule: 'builtin', sentence: `${name} may not import node:${builtin}` }
  }
  const wanted = packageName(target)
  const named = layer.packages !== 'any' && layer.packages.some((allowed) => matches(allowed, wanted))
  if (named || (layer.packages === 'any' && !RESERVED.includes(wanted))) return undefined
  return { rule: 'package', sentence: `${name} may not import the package ${wanted}` }
}

function judgeOurs(
  file: string,
  name: string,
  layer: Layer,
  target: string,
  typeOnly: boolean,
): Broken | undefined {
  const path = posix.join(posix.dirname(file), target.replace(/\?.*$/, ''))
  if (layerOf(path) === name || layer.ours.some((place) => covers(place, path))) return undefined
  if (layer.types?.some((place) => covers(place, path)) === true) {
    if (typeOnly) return undefined
    return { rule: 'types-only', sentence: `${name} may import only types of ${path}: write "import type"` }
  }
  const allowed = [...layer.ours, ...(layer.types ?? []).map((place) => `types of ${place}`)].join(', ')
  return {
    rule: 'layer',
    sentence: `${name} may not import ${path}; it may import ${allowed || 'nothing of ours'}`,
  }
}

/** `@scope/name/deep/file.js` -> `@scope/name`. */
function packageName(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function matches(allowed: string, wanted: string): boolean {
  return allowed.endsWith('/*') ? wanted.startsWith(allowed.slice(0, -1)) : allowed === wanted
}
