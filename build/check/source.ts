/**
 * Reads one source file for the layer rules: what it imports, and where it touches the world outside. Syntax only,
 * with the TypeScript 6 parser; no types are resolved, so a moving tree never stops it.
 */
import ts from 'typescript'

export interface Import {
  /** As written: `../ports/clock.ts`, `zod`, `node:fs`. Empty when it is computed and cannot be seen. */
  readonly target: string
  readonly typeOnly: boolean
  /** Counted from 1. */
  readonly line: number
}

export interface Use {
  /** `setTimeout`, `Date.now`, `new Date()`; a built-in's member is spelt with its module: `crypto.randomUUID`. */
  readonly word: string
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  readonly uses: readonly Use[]
  readonly lines: number
}

/** Objects whose members are globals themselves, and built-in modules whose members bear a global's name. */
const GLOBAL_OBJECTS = ['globalThis', 'window', 'self', 'global', 'timers', 'timers/promises', 'perf_hooks']

const IMPORTING_CALLS = ['import', 'import.meta.resolve', 'require', 'require.resolve']

/** `path` gives the language (`.ts`, `.tsx`, `.js` …). */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const uses: Use[] = []
  /** Local name of a whole built-in module (`import c from 'node:crypto'`) -> the module's name. */
  const modules = new Map<string, string>()

  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
  const use = (word: string, node: ts.Node) => uses.push({ word, line: lineOf(node) })
  const member = (object: string, name: string, node: ts.Node) =>
    use(GLOBAL_OBJECTS.includes(object) ? name : `${object}.${name}`, node)
  /** `globalThis.process.env` and `p.env` after `import p from 'node:process'` are both `process.env`. */
  const spelt = (node: ts.Expression): string | undefined => {
    if (ts.isIdentifier(node)) return modules.get(node.text) ?? node.text
    const name = memberName(node)
    if (name === undefined) return undefined
    const object = spelt((node as ts.AccessExpression).expression)
    if (object === undefined) return undefined
    return GLOBAL_OBJECTS.includes(object) ? name : `${object}.${name}`
  }
  const imported = (target: ts.Node | undefined, typeOnly: boolean, node: ts.Node) => {
    imports.push({ target: visiblePart(target), typeOnly, line: lineOf(node) })
  }

  const importDeclaration = (node: ts.ImportDeclaration) => {
    const clause = node.importClause
    const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    imported(node.moduleSpecifier, typeOnly, node)
    if (clause === undefined || typeOnly || !ts.isStringLiteral(node.moduleSpecifier)) return
    const module = node.moduleSpecifier.text.replace(/^node:/, '')
    if (clause.name !== undefined) modules.set(clause.name.text, module)
    const bindings = clause.namedBindings
    if (bindings === undefined) return
    if (ts.isNamespaceImport(bindings)) modules.set(bindings.name.text, module)
    else
      for (const element of bindings.elements)
        if (!element.isTypeOnly) member(module, (element.propertyName ?? element.name).text, element)
  }

  const call = (node: ts.CallExpression) => {
    const callee = spelt(node.expression) ?? node.expression.getText(file)
    if (IMPORTING_CALLS.includes(callee)) imported(node.arguments[0], false, node)
    if (callee === 'Date') use('new Date()', node)
  }

  const creation = (node: ts.NewExpression) => {
    const created = spelt(node.expression)
    const [first, base] = node.arguments ?? []
    if (created === 'Date' && first === undefined) use('new Date()', node)
    // `new URL('./other.ts', import.meta.url)` is how a worker or a process of ours is named.
    if (created === 'URL' && base?.getText(file) === 'import.meta.url')
      if (first !== undefined && ts.isStringLiteralLike(first) && /\.[cm]?[jt]sx?$/.test(first.text))
        imported(first, false, node)
  }

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) importDeclaration(node)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      imported(node.moduleSpecifier, node.isTypeOnly, node)
    else if (ts.isImportTypeNode(node))
      imported(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true, node)
    else if (ts.isCallExpression(node)) call(node)
    else if (ts.isNewExpression(node)) creation(node)
    else if (ts.isVariableDeclaration(node)) destructured(node)
    else if (ts.isIdentifier(node) ? isValue(node) : memberName(node) !== undefined) {
      const word = spelt(node as ts.Expression)
      if (word !== undefined) use(word, node)
    }
    ts.forEachChild(node, visit)
  }

  /** `const { env } = process` reads `process.env`. */
  const destructured = (node: ts.VariableDeclaration) => {
    if (!ts.isObjectBindingPattern(node.name) || node.initializer === undefined) return
    const object = spelt(node.initializer)
    if (object === undefined) return
    for (const element of node.name.elements) {
      const name = element.propertyName ?? element.name
      if (ts.isIdentifier(name)) member(object, name.text, element)
    }
  }

  visit(file)
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { imports, uses, lines }
}

/** What can be seen of an import's target: all of a literal; the scope where a template names a package of it. */
function visiblePart(target: ts.Node | undefined): string {
  if (target === undefined) return ''
  if (ts.isStringLiteralLike(target)) return target.text
  return ts.isTemplateExpression(target) && /^@[^/]+\//.test(target.head.text) ? target.head.text : ''
}

/** `now` of both `Date.now` and `Date['now']`. */
function memberName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (!ts.isElementAccessExpression(node)) return undefined
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined
}

/** Whether an identifier is read as a value here, and does not merely name a member, a binding or a type. */
function isValue(node: ts.Identifier): boolean {
  const parent = node.parent
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) || ts.isEnumMember(parent))
    return parent.initializer === node
  if (ts.isExpressionWithTypeArguments(parent) || ts.isExportAssignment(parent)) return true
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isTemplateSpan(parent)
}
