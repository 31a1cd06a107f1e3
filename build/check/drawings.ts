/**
 * `npm run drawings`: redraws the layer table and the life cycles in ARCHITECTURE.md, between markers
 * `<!-- drawing:NAME -->` and `<!-- /drawing -->`. With `--check` it changes nothing and exits 1 when a drawing is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { TABLES } from '../../src/lifecycle/tables/index.ts'
import { FEATURES, LAYERS, type Layer } from './layers.ts'
import { redraw } from './markdown.ts'
import { drawLayers, drawLifeCycle } from './mermaid.ts'

const PAGE = 'ARCHITECTURE.md'
/** Everything may import nothing of these, or these may import everything: arrows that say nothing. */
const NOT_DRAWN = ['test', 'build', '.']

const product = Object.entries<Layer>(LAYERS).filter(([name]) => !NOT_DRAWN.includes(name))
const fence = (drawing: string) => `\`\`\`mermaid\n${drawing}\n\`\`\``
const drawings = {
  layers: fence(drawLayers(Object.fromEntries(product), FEATURES)),
  'life-cycles': Object.entries(TABLES)
    .map(([name, table]) => `### ${name}\n\n${fence(drawLifeCycle(table))}`)
    .join('\n\n'),
}

const old = readFileSync(PAGE, 'utf8')
const fresh = redraw(old, drawings)
if (!process.argv.includes('--check')) writeFileSync(PAGE, fresh)
else if (old !== fresh) {
  console.log(`The drawings in ${PAGE} are stale. Run: npm run drawings`)
  process.exitCode = 1
}
