/** Where things are in the house, seen from the shell. */
import { fileURLToPath } from 'node:url'

const path = (place: string) => fileURLToPath(new URL(place, import.meta.url))

/** The folder of the whole program. */
export const APP = path('..')
/** The built window. */
export const RENDERER_DIR = path('../dist/renderer/')
export const PRELOAD = path('preload.cjs')

// Entries of other processes: started from here, never imported.
/** The `tallydock` command. */
export const COMMAND = path('../src/cli/tallydock.js')
/** The engine's. */
export const ENGINE = path('../src/cli/engine-main.ts')
/** Of every program an engine may ask for. */
export const PROGRAM = path('../src/host/program-under-shell.ts')

/** The window's own address: a scheme of ours, so that it has an origin and none of a file's rights. */
export const SCHEME = 'tallydock'
export const ORIGIN = `${SCHEME}://window`
export const WINDOW_URL = `${ORIGIN}/`

/** Main says this line when its window stands; a shell that ends before it never came up, and the launcher helps itself. */
export const SHOWN_LINE = 'window ready'
