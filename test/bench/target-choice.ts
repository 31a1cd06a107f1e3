/** A million random machines: is a wrong disk ever chosen to be written to? Prints one JSON line. */
import { chooseTarget } from '../../src/drives/targets/choose-target.ts'
import { whyNotTarget } from '../../src/drives/targets/why-not-target.ts'
import { randomQuestion } from '../fixtures/drives/disk-layouts.ts'

const LAYOUTS = 1_000_000

let wrong = 0
let missed = 0
let granted = 0
for (let seed = 0; seed < LAYOUTS; seed++) {
  const { request, layout, disks, context, right } = randomQuestion(seed)
  const target = chooseTarget(request, layout)
  const disk = target.ok
    ? disks.find(({ device }) => device.attachment === target.value.attachment)
    : undefined
  const isChosen = disk !== undefined && whyNotTarget(disk.tree, context) === undefined
  if (isChosen && disk !== right) wrong++
  if (!isChosen && right !== undefined) missed++
  if (isChosen && disk === right) granted++
}
process.stdout.write(
  `${JSON.stringify({ bench: 'target-choice', layouts: LAYOUTS, wrong, missed, granted })}\n`,
)
if (wrong > 0) process.exitCode = 1
