import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ElectronPlace, findElectron } from '../../electron/electron-binary.ts'
import { builtWindow } from '../window/built-window.ts'

// The launcher builds a window that is missing or old, and says so.
beforeAll(() => builtWindow())

let folder: string
const running: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallydock-launch-'))
})
afterEach(async () => {
  for (const child of running.splice(0)) child.kill()
  await rm(folder, { recursive: true })
})

const desk = (facts: Partial<ElectronPlace> = {}): ElectronPlace => ({
  env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: folder },
  platform: 'linux',
  administrator: false,
  fetchingMs: 15_000,
  ...facts,
})

/** Puts a program where Electron's is looked for. */
async function program(script: string): Promise<string> {
  const path = join(folder, 'electron')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

describe('looking for Electron', () => {
  it('finds the program where it is', async () => {
    const path = await program('exit 0')

    expect(await findElectron(desk())).toEqual({ found: true, path })
  })

  it.each<[string, Partial<ElectronPlace>, string]>([
    ['there is no display', { env: {} }, 'this session has no display'],
    ['the account is root', { administrator: true }, 'its sandbox does not run as root'],
    ['its program is missing', {}, '/electron is missing'],
  ])('says why not when %s', async (_what, facts, because) => {
    expect(await findElectron(desk(facts))).toEqual({
      found: false,
      because: expect.stringContaining(because),
    })
  })

  it('gives a fetch that takes too long up, and says so', async () => {
    // Nothing is fetched: the time is over before the program that fetches has begun.
    const found = await findElectron(desk({ env: { WAYLAND_DISPLAY: 'wayland-0' }, fetchingMs: 1 }))

    expect(found).toEqual({ found: false, because: 'it could not be fetched within 0.001 s' })
  })
})

describe('npm start', () => {
  it('hands everything to Electron, and ends with it', async () => {
    await program('echo "$2 $3"; echo "window ready"; exit 7')

    const { code, out, err } = await launch(['--practice', '--no-open'])

    expect({ code, out, err }).toEqual({ code: 7, out: '--practice --no-open\n', err: '' })
  })

  it('opens the browser host after one line when Electron ends before it showed a window', async () => {
    await program('exit 3')

    const { code, out, err } = await launch(['--help'])

    expect(err).toBe(
      'Electron is not used because it ended before it showed a window (exit 3); the station opens in the browser.\n',
    )
    expect(out).toContain('tallydock station [')
    expect(code).toBe(0)
  })

  it('opens nothing more when it was told to end', async () => {
    await program('echo "up"; exec sleep 60')

    const launched = launch([], { when: 'up', signal: 'SIGTERM' })

    expect(await launched).toMatchObject({ code: 1, err: '' })
  })
})

const LAUNCH = fileURLToPath(new URL('../../electron/launch.ts', import.meta.url))
/** The sandbox of Electron does not run as root, and tests do. */
const AS_OPERATOR = 'data:text/javascript,process.getuid=()=>1000'

/** Runs the launcher as on a desk: with a display, and not as the administrator. */
function launch(args: readonly string[], stop?: { when: string; signal: NodeJS.Signals }) {
  const child = spawn(process.execPath, ['--import', AS_OPERATOR, LAUNCH, ...args], {
    env: { ...process.env, DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (stop !== undefined && out.includes(stop.when)) child.kill(stop.signal)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
