/**
 * The proof that the layer rules see: a tree full of planted violations (and of innocent lines beside them), which must
 * be judged exactly as its author says. Some are written by hand, one for each sentence of the design; the rest are
 * made from the table: every forbidden pair of layers, every word of the outside world in every room.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { FEATURES, LAYERS, type Layer, type LayerName, LONGEST_FILE_LINES, OUTSIDE_WORLD } from './layers.ts'
import { covers, layerOf, type RuleId, type Violation } from './rules.ts'
import { judgeTree } from './tree.ts'

/** One line of a planted file, and the rules it breaks (none for an innocent one). */
type Line = readonly [text: string, ...breaks: RuleId[]]

export interface Planted {
  readonly file: string
  readonly lines: readonly Line[]
}

/** By hand. A rule without a violation here does not compile. */
const BY_RULE: Record<RuleId, readonly Planted[]> = {
  'no-layer': [
    { file: 'src/misc/thing.ts', lines: [['export const a = 1', 'no-layer']] },
    { file: 'scripts/thing.js', lines: [['export const a = 1', 'no-layer']] },
  ],
  layer: [
    { file: 'src/lifecycle/job.ts', lines: [["import type { Clock } from '../ports/clock.ts'", 'layer']] },
    { file: 'src/scanning/serial.ts', lines: [["import { ok } from '../lifecycle/outcome.ts'", 'layer']] },
    {
      file: 'src/contract/calls.ts',
      lines: [
        ["import { JOB_STATES } from '../lifecycle/states.ts'"],
        ["import { decide } from '../lifecycle/decide.ts'", 'layer'],
        ["export type { Clock } from '../ports/clock.ts'", 'layer'],
      ],
    },
    {
      file: 'src/ledger/journal.ts',
      lines: [
        ["import { ok } from '../lifecycle/outcome.ts'"],
        ["import { page } from './page.ts'"],
        ["import { send } from '../sync/send.ts'", 'layer'],
        ["export * from '../storage/folder.ts'", 'layer'],
        ["type Hidden = import('../copy/manifest.ts').Manifest", 'layer'],
        ["const later = () => import('../station/wire.ts')", 'layer'],
        ["const worker = new URL('../drives/usb-listener.ts', import.meta.url)", 'layer'],
        ["const picture = new URL('../../assets/icon.png', import.meta.url)"],
        ["import { fakeClock } from '../../test/fakes/clock.ts'", 'layer'],
      ],
    },
    { file: 'src/copy/import-drive.ts', lines: [["import { unlock } from '../drives/unlock.ts'", 'layer']] },
    { file: 'src/service/routes.ts', lines: [["import { wire } from '../station/wire.ts'", 'layer']] },
    {
      file: 'src/station/wire.ts',
      lines: [
        ["import { startService } from '../service/start-service.ts'"],
        ["import { routes } from '../service/routes.ts'", 'layer'],
        ["import { serve } from '../host/serve.ts'", 'layer'],
      ],
    },
    { file: 'src/host/serve.ts', lines: [["import { Journal } from '../ledger/journal.ts'", 'layer']] },
    {
      file: 'renderer/stage.tsx',
      lines: [
        ["import sv from '../assets/locales/sv.json' with { type: 'json' }"],
        ["import { JOB_STATES } from '../src/lifecycle/states.ts'", 'layer'],
        ["import { Stage } from './screens/receive.tsx'"],
      ],
    },
    { file: 'electron/main.ts', lines: [["import { wire } from '../src/station/wire.ts'", 'layer']] },
    { file: 'electron/preload.ts', lines: [["import { open } from '../src/host/open.ts'", 'layer']] },
    { file: 'src/cli/main.ts', lines: [["import { seed } from '../../test/simulation/dock.ts'", 'layer']] },
    { file: 'build/check/again.ts', lines: [["import { fake } from '../../test/fakes/clock.ts'", 'layer']] },
  ],
  'types-only': [
    {
      file: 'src/ports/clock.ts',
      lines: [
        ["import type { Outcome } from '../lifecycle/outcome.ts'"],
        ["export type { Entry } from '../contract/entry.ts'"],
        ["import { ok } from '../lifecycle/outcome.ts'", 'types-only'],
        ["import { type Failure } from '../lifecycle/outcome.ts'", 'types-only'],
        ["export { JOB_STATES } from '../lifecycle/states.ts'", 'types-only'],
        ["import type { Journal } from '../ledger/journal.ts'", 'layer'],
      ],
    },
  ],
  package: [
    {
      file: 'src/contract/body.ts',
      lines: [["import * as z from 'zod'"], ["import fastify from 'fastify'", 'package']],
    },
    { file: 'src/scanning/noise.ts', lines: [["import * as z from 'zod'", 'package']] },
    {
      file: 'src/labels/fonts.ts',
      lines: [
        ["const file = require.resolve('left-pad/index.js')", 'package'],
        [`const face = require.resolve(\`@fontsource/\${name}/index.css\`)`],
        [`const wrong = require.resolve(\`@other/\${name}/index.css\`)`, 'package'],
        [`const unseen = require.resolve(\`../\${name}\`)`, 'unseen-import'],
      ],
    },
    { file: 'src/station/window.ts', lines: [["import { app } from 'electron'", 'package']] },
    { file: 'test/e2e/window.test.ts', lines: [["import { app } from 'electron'", 'package']] },
    { file: 'electron/window.ts', lines: [["import { app } from 'electron'"]] },
    { file: 'renderer/talk.ts', lines: [["import { ipcRenderer } from 'electron'", 'package']] },
    { file: 'src/service/store.ts', lines: [["import type { Pool } from '@unknown/pg/pool.js'", 'package']] },
  ],
  builtin: [
    { file: 'src/lifecycle/hash.ts', lines: [["import { createHash } from 'node:crypto'", 'builtin']] },
    { file: 'renderer/disk.ts', lines: [["import { readFileSync } from 'fs'", 'builtin']] },
    { file: 'src/ledger/shell.ts', lines: [["import { spawn } from 'node:child_process'", 'builtin']] },
    { file: 'electron/preload/expose.ts', lines: [["import { join } from 'node:path'", 'builtin']] },
  ],
  'unseen-import': [
    {
      file: 'src/station/plug-in.ts',
      lines: [['const load = (name: string) => import(name)', 'unseen-import']],
    },
  ],
  length: [
    {
      file: 'src/storage/long.ts',
      lines: [
        ...Array.from({ length: LONGEST_FILE_LINES }, (): Line => ['']),
        ['export const a = 1', 'length'],
      ],
    },
    { file: 'src/storage/full.ts', lines: Array.from({ length: LONGEST_FILE_LINES }, (): Line => ['']) },
  ],
  clock: [
    {
      file: 'src/sync/lane.ts',
      lines: [
        ['const at = new Date(0)'],
        ['const parsed = Date.parse("2026-01-01")'],
        ['const now = new Date()', 'clock'],
        ['const bare = new Date', 'clock'],
        ['const text = Date()', 'clock'],
        ['const source = { read: Date.now }', 'clock'],
        ["const hidden = Date['now']()", 'clock'],
        ['const { now: other } = Date', 'clock'],
        ['const far = globalThis.Date.now()', 'clock'],
        ['const ticks = process.hrtime.bigint()', 'clock'],
      ],
    },
    { file: 'src/system/clock.ts', lines: [['export const now = Date.now']] },
    { file: 'renderer/clock.ts', lines: [['export const now = Date.now', 'clock']] },
    { file: 'renderer/system/clock.ts', lines: [['export const now = Date.now']] },
    { file: 'src/drives/linux/watch.ts', lines: [['export const now = Date.now']] },
    { file: 'src/drives/identity.ts', lines: [['export const now = Date.now', 'clock']] },
  ],
  randomness: [
    {
      file: 'src/ledger/ids.ts',
      lines: [
        ["import { createHash } from 'node:crypto'"],
        ["import { randomUUID } from 'node:crypto'", 'randomness'],
        ["import whole from 'node:crypto'"],
        ['const id = whole.randomUUID()', 'randomness'],
        ['const global = crypto.randomUUID()', 'randomness'],
        ['const roll = Math.random()', 'randomness'],
      ],
    },
  ],
  timers: [
    {
      file: 'src/copy/pace.ts',
      lines: [
        ['const delay: ReturnType<typeof setTimeout> | undefined = undefined'],
        ['timers.after(5, () => undefined)'],
        ['setTimeout(() => undefined, 5)', 'timers'],
        ['const wait = setInterval', 'timers'],
        ['globalThis.setImmediate(() => undefined)', 'timers'],
        ["import { setTimeout as sleep } from 'node:timers/promises'", 'builtin', 'timers'],
        ['fetch(url, { signal: AbortSignal.timeout(5) })', 'timers'],
      ],
    },
    { file: 'src/copy/process/main.ts', lines: [['setTimeout(() => undefined, 5)']] },
  ],
  environment: [
    {
      file: 'src/storage/account.ts',
      lines: [
        ['const key = process.env.KEY', 'environment'],
        ['const { env } = process', 'environment'],
        ['const far = globalThis.process.env', 'environment'],
        ["import { env as other } from 'node:process'", 'environment'],
      ],
    },
    { file: 'src/cli/settings.ts', lines: [['export const home = process.env.HOME']] },
  ],
}

const layerNames = Object.keys(LAYERS) as LayerName[]

/** One file for each layer that imports every layer it must not. */
function forbiddenPairs(): Planted[] {
  return layerNames.map((from) => {
    const file = fileIn(from, 'planted-pairs.ts')
    const layer: Layer = LAYERS[from]
    const forbidden = layerNames
      .filter((to) => to !== from && to !== '.')
      .map((to) => fileIn(to, 'planted-target.ts'))
    const lines = forbidden
      .filter((target) => layerOf(target) !== from && !layer.ours.some((place) => covers(place, target)))
      .map((target): Line => {
        const typed = layer.types?.some((place) => covers(place, target)) === true
        return [`import { a } from '${towards(file, target)}'`, typed ? 'types-only' : 'layer']
      })
    return { file, lines }
  })
}

/** One file for each room that says every word of the outside world. */
function outsideWords(): Planted[] {
  return [
    'src/lifecycle',
    'src/scanning',
    'src/contract',
    'src/ports',
    ...FEATURES,
    'src/service',
    'src/station',
    'renderer',
  ]
    .map((room) => ({ room, file: `${room}/planted-words.ts` }))
    .map(({ file }) => ({
      file,
      lines: (Object.keys(OUTSIDE_WORLD) as (keyof typeof OUTSIDE_WORLD)[])
        .filter((rule) => !OUTSIDE_WORLD[rule].allowedIn.some((pattern) => pattern.test(file)))
        .flatMap((rule) => OUTSIDE_WORLD[rule].words.map((word): Line => [`export const a = ${word}`, rule])),
    }))
}

const PLANTED: readonly Planted[] = [...Object.values(BY_RULE).flat(), ...forbiddenPairs(), ...outsideWords()]

export interface Proof {
  readonly planted: number
  /** What the rules missed or accused wrongly, one sentence each; empty when the rules see. */
  readonly errors: readonly string[]
}

/** Plants everything in a new folder under the system's temporary folder, judges it and clears it away. */
export function prove(planted: readonly Planted[] = PLANTED): Proof {
  const root = mkdtempSync(join(tmpdir(), 'tallydock-planted-'))
  try {
    for (const { file, lines } of planted) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), `${lines.map(([text]) => text).join('\n')}\n`)
    }
    return compare(planted, judgeTree(root).violations)
  } finally {
    rmSync(root, { recursive: true })
  }
}

function compare(planted: readonly Planted[], found: readonly Violation[]): Proof {
  const expected = planted.flatMap(({ file, lines }) =>
    lines.flatMap(([text, ...breaks], index) =>
      breaks.map((rule) => ({ key: `${file}:${index + 1} ${rule}`, text })),
    ),
  )
  const keys = new Set(found.map(({ file, line, rule }) => `${file}:${line} ${rule}`))
  const wanted = new Set(expected.map(({ key }) => key))
  const missed = expected
    .filter(({ key }) => !keys.has(key))
    .map(({ key, text }) => `not found: ${key}: ${text}`)
  const accused = [...keys].filter((key) => !wanted.has(key)).map((key) => `innocent, but accused: ${key}`)
  return { planted: wanted.size, errors: [...missed, ...accused] }
}

function fileIn(layer: string, name: string): string {
  return layer === '.' ? name : `${layer}/${name}`
}

function towards(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}
