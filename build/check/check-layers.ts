/**
 * `node build/check/check-layers.ts`: judges the tree by the layer rules, after proving on planted violations that the
 * rules see. Exit 1 when anything was found or missed.
 */
import { prove } from './planted.ts'
import { judgeTree } from './tree.ts'

const proof = prove()
for (const error of proof.errors) console.log(`the layer rules do not hold: ${error}`)

const { files, violations } = judgeTree(process.cwd())
for (const { rule, file, line, sentence } of violations) console.log(`${file}:${line} [${rule}] ${sentence}`)

console.log(
  `${files} files, ${violations.length} violations; ${proof.planted} planted violations, ${proof.errors.length} misjudged`,
)
process.exitCode = violations.length + proof.errors.length === 0 ? 0 : 1
