import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { formatsOf } from '../../renderer/words/formats.ts'
import { visible } from '../../renderer/words/visible.ts'
import type { EventKind } from '../../src/lifecycle/events.ts'
import type { CaseReason } from '../../src/lifecycle/records.ts'

const ROOT = join(import.meta.dirname, '../..')
const LOCALES = join(ROOT, 'assets/locales')

/** Complete, all of them: English first. */
const LANGUAGES = ['en', 'nl', 'sv', 'fr'] as const

type Tree = { readonly [key: string]: string | Tree }

const readWords = (language: string, file: string) =>
  JSON.parse(readFileSync(join(LOCALES, language, file), 'utf8')) as Tree

function flat(tree: Tree, path = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value, `${path}${key}.`),
  )
}

const PLURAL = /_(zero|one|two|few|many|other)$/
const words = flat(readWords('en', 'window.json'))
const keys = new Set(words.map(([key]) => key.replace(PLURAL, '')))

interface SourceFile {
  readonly path: string
  readonly tree: ts.SourceFile
}

const sources: SourceFile[] = readdirSync(join(ROOT, 'renderer'), { recursive: true, encoding: 'utf8' })
  // The practice dock has words of its own.
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('practice/'))
  .map((path) => ({
    path,
    tree: ts.createSourceFile(
      path,
      readFileSync(join(ROOT, 'renderer', path), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    ),
  }))

function visit(node: ts.Node, seen: (node: ts.Node) => void): void {
  seen(node)
  ts.forEachChild(node, (child) => visit(child, seen))
}

/** Texts of the code as patterns: `room.${…}` may stand for every key that begins so. */
function textsIn(node: ts.Node): RegExp[] {
  const found: RegExp[] = []
  const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  visit(node, (part) => {
    if (ts.isStringLiteralLike(part)) found.push(new RegExp(`^${plain(part.text)}$`))
    if (ts.isTemplateExpression(part)) {
      const tails = part.templateSpans.map(({ literal }) => `[^.]+${plain(literal.text)}`)
      found.push(new RegExp(`^${plain(part.head.text)}${tails.join('')}$`))
    }
  })
  return found
}

/** First arguments of `t(…)`. */
function asked(): { readonly pattern: RegExp; readonly path: string }[] {
  const found: { pattern: RegExp; path: string }[] = []
  for (const { path, tree } of sources)
    visit(tree, (node) => {
      if (
        !ts.isCallExpression(node) ||
        !/^(words\.)?t$/.test(node.expression.getText(tree)) ||
        node.arguments[0] === undefined
      )
        return
      for (const pattern of textsIn(node.arguments[0])) found.push({ pattern, path })
    })
  return found
}

/** Families that the engine names: `named('story', …)`. */
function families(): string[] {
  const found: string[] = []
  for (const { tree } of sources)
    visit(tree, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText(tree) !== 'named') return
      const [family] = node.arguments
      if (family !== undefined && ts.isStringLiteralLike(family)) found.push(family.text)
    })
  return found
}

describe('the words of the window', () => {
  it('are there for everything the code asks for', () => {
    const missing = asked().filter(
      ({ pattern }) => /\\\./.test(pattern.source) && ![...keys].some((key) => pattern.test(key)),
    )
    expect(missing.map(({ pattern, path }) => `${path}: ${pattern.source}`)).toEqual([])
    expect(asked().length).toBeGreaterThan(150)
  })

  it('are all asked for', () => {
    const patterns = asked().map(({ pattern }) => pattern)
    const named = families()
    const idle = [...keys].filter((key) => {
      if (key.startsWith('language.') || named.some((family) => key.startsWith(`${family}.`))) return false
      return !patterns.some((pattern) => pattern.test(key))
    })
    expect(idle).toEqual([])
  })

  it('are nowhere in the code: no element has text or a spoken attribute of its own', () => {
    const literal: string[] = []
    for (const { path, tree } of sources)
      visit(tree, (node) => {
        if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) literal.push(`${path}: ${node.text.trim()}`)
        if (
          ts.isJsxAttribute(node) &&
          /^(aria-label|title|alt|placeholder|label|name|means)$/.test(node.name.getText(tree))
        ) {
          const value = node.initializer
          const icon = path.startsWith('parts/') || /^(icon|name)$/.test(node.name.getText(tree))
          if (value !== undefined && ts.isStringLiteral(value) && !icon)
            literal.push(`${path}: ${value.text}`)
        }
        if (ts.isJsxExpression(node) && node.expression !== undefined && ts.isStringLiteral(node.expression))
          if (/\p{L}/u.test(node.expression.text) && ts.isJsxElement(node.parent))
            literal.push(`${path}: ${node.expression.text}`)
      })
    expect(literal).toEqual([])
  })

  it('are sentences of at most 12 words', () => {
    for (const language of LANGUAGES) {
      const long = flat(readWords(language, 'window.json')).filter(
        ([, text]) => text.split(/\s+/).length > 12,
      )
      expect(long, language).toEqual([])
    }
  })

  it('are there for every reason of a case and every kind of entry', () => {
    const reasons: Record<CaseReason, true> = {
      'job-creating': true,
      'job-gone': true,
      'listed-twice': true,
      unannounced: true,
      'identity-contradicted': true,
      'storage-not-configured': true,
      'return-address-missing': true,
      'carrier-account-missing': true,
      'closed-short': true,
      'fewer-than-announced': true,
      'more-than-ten': true,
      'late-drive': true,
      damaged: true,
      declined: true,
      'shipping-overdue': true,
      unreturnable: true,
      'whose-extra': true,
      released: true,
      'consequence-refused': true,
      'held-by-operator': true,
      'copy-failed': true,
      faulted: true,
      'other-site': true,
      cancelled: true,
    }
    const { reason, step } = readWords('en', 'window.json').cases as { reason: Tree; step: Tree }
    expect(Object.keys(reason).sort()).toEqual(Object.keys(reasons).sort())
    expect(Object.keys(step).sort()).toEqual(Object.keys(reasons).sort())
    const kinds = Object.keys(readWords('en', 'window.json').story as Tree)
    expect(kinds satisfies string[]).toContain('drive-received' satisfies EventKind)
    const declared = readFileSync(join(ROOT, 'src/lifecycle/events.ts'), 'utf8')
    const body = /export interface EventBodies \{([\s\S]*?)\n\}/.exec(declared)?.[1] ?? ''
    const all = [...body.matchAll(/^ {2}'([a-z-]+)':/gm)].map(([, kind]) => kind)
    expect(all.length).toBeGreaterThan(40)
    expect(all.filter((kind) => kind !== undefined && !kinds.includes(kind))).toEqual([])
  })

  it('of every other language are the same keys with the same values in them', () => {
    const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort()
    for (const language of readdirSync(LOCALES).filter((name) =>
      existsSync(join(LOCALES, name, 'window.json')),
    )) {
      const theirs = new Map(flat(readWords(language, 'window.json')))
      const stems = (all: Iterable<string>) =>
        [...new Set([...all].map((key) => key.replace(PLURAL, '')))].sort()
      expect(stems(theirs.keys()), language).toEqual(stems(words.map(([key]) => key)))
      for (const [key, text] of words)
        if (theirs.has(key)) expect(holes(theirs.get(key) ?? ''), `${language} ${key}`).toEqual(holes(text))
    }
  })
})

describe('numbers', () => {
  const english = formatsOf('en-GB')
  const plain = (text: string) => text.replaceAll('\u00a0', ' ')

  it('have a unit, with a space', () => {
    expect(english.bytes(7.84e12)).toBe('7.84 TB')
    expect(english.speed(212_300_000)).toBe('212 MB/s')
    expect(english.days(6.2 * 86_400_000)).toBe('6.2 days')
    expect(plain(english.percent(62.9))).toBe('62 %')
    expect(plain(english.seconds(200))).toBe('0.2 s')
  })

  it('of a duration show its two largest units', () => {
    const at = (ms: number) => plain(english.duration(ms))
    expect([9_400, 49 * 60_000, 3_600_000, 8_160_000, 3 * 86_400_000].map(at)).toEqual([
      '9 s',
      '49 min',
      '1 h',
      '2 h 16 min',
      '3 days',
    ])
    expect(at(-5)).toBe('0 s')
  })

  it('never show more than is done: percents are cut, not rounded', () => {
    expect(plain(english.percent(99.99))).toBe('99 %')
  })
})

describe('text from outside', () => {
  it('loses every character that could hide or turn the others round', () => {
    expect(visible('AB\u202eCD')).toBe('AB\ufffdCD')
    expect(visible('A\u0000\u001b[31mB\u200b\u2028')).toBe('A\ufffd\ufffd[31mB\ufffd\ufffd')
    expect(visible('שלום ZR5A')).toBe('שלום ZR5A')
  })
})
