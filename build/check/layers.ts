/**
 * Who may import whom, and who may touch the clock, randomness, timers and the environment: the one table that
 * `npm run check` enforces and `npm run drawings` draws.
 *
 * Places are paths from the project's root. A place is a folder (`src/ledger`), one file (`src/lifecycle/states.ts`)
 * or a file without its ending (`electron/preload`); the longest match decides.
 */

export interface Layer {
  /** Places of ours it may import, beside its own files. */
  readonly ours: readonly string[]
  /** Places of ours it may import with `import type` only. */
  readonly types?: readonly string[]
  /** Packages it may import. `any` leaves out only those of `RESERVED`. */
  readonly packages: readonly string[] | 'any'
  /** Node's own modules it may import, without `node:`. */
  readonly builtins: readonly string[] | 'any'
}

/** Files, streams and arithmetic on bytes. */
const FILES = [
  'buffer',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'os',
  'path',
  'stream',
  'url',
  'util',
  'zlib',
]
const STREAMS = ['stream/promises', 'string_decoder']
const PROCESSES = ['child_process', 'process', 'worker_threads']
const NETWORK = ['dns', 'http', 'https', 'net', 'tls']

const RULES = ['src/lifecycle', 'src/contract', 'src/ports']

/** Rooms that never import each other: they meet in `src/station`. */
export const FEATURES = [
  'src/ledger',
  'src/drives',
  'src/storage',
  'src/copy',
  'src/labels',
  'src/sync',
] as const

export const LAYERS = {
  'src/lifecycle': { ours: [], packages: [], builtins: [] },
  'src/scanning': { ours: [], packages: [], builtins: [] },
  'src/contract': { ours: ['src/lifecycle/states.ts'], packages: ['zod'], builtins: [] },
  'src/ports': { ours: [], types: ['src/lifecycle', 'src/contract'], packages: [], builtins: [] },

  'src/system': { ours: RULES, packages: ['pino'], builtins: FILES },

  'src/ledger': { ours: RULES, packages: ['better-sqlite3'], builtins: FILES },
  'src/drives': {
    ours: RULES,
    packages: ['drivelist', 'usb', 'systeminformation', 'zod'],
    builtins: [...FILES, ...STREAMS, ...PROCESSES],
  },
  'src/storage': {
    ours: RULES,
    packages: ['@azure/storage-blob', '@azure/core-auth', 'saxes'],
    builtins: [...FILES, ...STREAMS, ...PROCESSES, ...NETWORK],
  },
  'src/copy': { ours: RULES, packages: ['saxes', 'zod'], builtins: [...FILES, ...STREAMS, ...PROCESSES] },
  'src/labels': {
    ours: [...RULES, 'assets'],
    packages: ['bwip-js', 'fontkit', 'pdfkit', '@fontsource/*'],
    builtins: [...FILES, ...STREAMS, 'child_process', 'module', 'net'],
  },
  'src/sync': { ours: RULES, packages: ['zod'], builtins: [...FILES, ...NETWORK] },

  'src/service': {
    ours: [...RULES, 'assets/locales'],
    packages: [
      'fastify',
      '@fastify/*',
      'better-sqlite3',
      'pg',
      'prom-client',
      'selfsigned',
      'zod',
      '@fontsource/*',
    ],
    builtins: 'any',
  },
  'src/station': {
    ours: [...RULES, 'src/scanning', 'src/system', ...FEATURES, 'src/service/start-service.ts', 'assets'],
    packages: ['pino', 'zod'],
    builtins: 'any',
  },
  'src/host': {
    ours: [...RULES, 'src/system', 'src/station'],
    packages: ['fastify', '@fastify/*', 'ws', 'pino', 'zod'],
    builtins: 'any',
  },
  'src/cli': {
    ours: [
      ...RULES,
      'src/system',
      'src/scanning',
      ...FEATURES,
      'src/service',
      'src/station',
      'src/host',
      'package.json',
    ],
    packages: ['node', 'pino', 'zod'],
    builtins: 'any',
  },

  renderer: {
    ours: ['src/contract', 'src/scanning', 'assets'],
    packages: ['react', 'react-dom', 'react-aria-components', 'i18next', 'react-i18next', '@fontsource/*'],
    builtins: [],
  },
  electron: {
    ours: ['src/host', 'src/contract', 'assets'],
    packages: ['electron', 'electron-updater'],
    builtins: 'any',
  },
  'electron/preload': { ours: ['src/contract'], packages: ['electron'], builtins: [] },

  build: { ours: ['src/lifecycle', 'src/contract', 'package.json'], packages: 'any', builtins: 'any' },
  test: {
    ours: ['src', 'renderer', 'electron', 'assets', 'build', 'package.json'],
    packages: 'any',
    builtins: 'any',
  },
  /** Tool settings at the root (`vitest.config.ts`). */
  '.': { ours: ['build', 'package.json'], packages: 'any', builtins: 'any' },
} as const satisfies Record<string, Layer>

export type LayerName = keyof typeof LAYERS

/** Packages that only the layers naming them may import, whatever `any` says elsewhere. */
export const RESERVED = ['electron']

/** A file longer than this has more than one reason to change. */
export const LONGEST_FILE_LINES = 450

/** Places that bring the outside world in. Everything else gets it through a port. */
const SYSTEM = [
  /^src\/(system|host|cli)\//,
  /^src\/drives\/(linux|macos|windows)(\/|\.ts$)/,
  /^electron\//,
  /^renderer\/system\//,
]
/** They wait and count time beside the disk or the network they adapt. */
const ADAPTERS = [...SYSTEM, /^src\/storage\//, /^src\/copy\/process\//]
/** Programs and proofs that run outside the product. */
const TOOLS = [/^(build|test)\//, /^[^/]+$/]

export interface OutsideWorld {
  /** What the code says, as `source.ts` spells it: a global, a member (`Date.now`) or `new Date()`. */
  readonly words: readonly string[]
  /** What to use instead. */
  readonly instead: string
  readonly allowedIn: readonly RegExp[]
}

export const OUTSIDE_WORLD = {
  clock: {
    words: ['Date.now', 'new Date()', 'performance.now', 'process.hrtime'],
    instead: 'Clock of src/ports/clock.ts',
    allowedIn: [...ADAPTERS, ...TOOLS],
  },
  randomness: {
    words: [
      'Math.random',
      'crypto.randomUUID',
      'crypto.randomBytes',
      'crypto.randomInt',
      'crypto.randomFill',
      'crypto.randomFillSync',
      'crypto.getRandomValues',
    ],
    instead: 'Ids of src/ports/ids.ts',
    allowedIn: [...ADAPTERS, ...TOOLS],
  },
  timers: {
    words: ['setTimeout', 'setInterval', 'setImmediate', 'AbortSignal.timeout'],
    instead: 'Timers of src/ports/clock.ts',
    allowedIn: [...ADAPTERS, ...TOOLS],
  },
  environment: {
    words: ['process.env'],
    instead: 'a setting handed in by src/cli or src/host',
    allowedIn: [...SYSTEM, ...TOOLS],
  },
} as const satisfies Record<string, OutsideWorld>
