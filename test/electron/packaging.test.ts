import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawIco, drawPixels, drawSvg, ICO_SIZES, PNG_SIZES } from '../../build/packaging/draw-icons.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PACKAGING = join(ROOT, 'build', 'packaging')

/** Where a program of Electron's keeps its fuses: this text, a version, their number, one character each. */
const FUSE_WIRE = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserProcessSnapshot',
  'fileProtocolPrivileges',
] as const

let folder: string
let unpacked: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallydock-dist-'))
  const electron = join(folder, 'electron')
  await makeStandIn(electron)
  unpacked = join(folder, 'out', 'linux-unpacked')
  await run(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'electron-builder', 'cli.js'),
      ...[
        '--config',
        'build/packaging/electron-builder.config.ts',
        '--publish',
        'never',
        '--linux',
        '--x64',
        '--dir',
      ],
      `-c.directories.output=${join(folder, 'out')}`,
    ],
    // In CI it does not ask whether there is a newer one of itself.
    { cwd: ROOT, env: { ...process.env, CI: 'true', TALLYDOCK_ELECTRON_DIST: electron } },
  )
})
afterAll(() => rm(folder, { recursive: true }))

/** A folder like one of Electron's, with a program that has fuses and nothing else. */
async function makeStandIn(electron: string): Promise<void> {
  await mkdir(join(electron, 'resources'), { recursive: true })
  await writeFile(join(electron, 'version'), '45.4.1')
  for (const file of ['LICENSE', 'chrome-sandbox', 'icudtl.dat'])
    await writeFile(join(electron, file), 'stand-in')
  const wire = Buffer.from([1, FUSES.length])
  const intact = Buffer.from('10111011')
  await writeFile(
    join(electron, 'electron'),
    Buffer.concat([Buffer.from('#!/bin/sh\n'), Buffer.from(FUSE_WIRE), wire, intact]),
  )
  await chmod(join(electron, 'electron'), 0o755)
}

describe('a packaged station for Linux', () => {
  it('holds the program, its sources, the window and what they need, and no more', () => {
    const app = (path: string) => existsSync(join(unpacked, 'resources', 'app', path))

    for (const path of [
      'package.json',
      'LICENSE',
      'electron/main.ts',
      'electron/preload.cjs',
      'src/cli/tallydock.js',
      'src/host/program-under-shell.ts',
      'src/station/copy-program.ts',
      'src/station/usb-program.ts',
      'assets/locales/en/shell.json',
      'node_modules/better-sqlite3/package.json',
      'node_modules/fastify/package.json',
      'node_modules/ws/package.json',
    ])
      expect(app(path), path).toBe(true)
    for (const path of [
      'test',
      'renderer',
      'build',
      'electron/launch.ts',
      'node_modules/node',
      'node_modules/electron',
      'node_modules/electron-builder',
      'node_modules/vitest',
      'node_modules/typescript',
    ])
      expect(app(path), path).toBe(false)
    expect(existsSync(join(unpacked, 'tallydock'))).toBe(true)
    expect(existsSync(join(unpacked, 'resources', 'linux', '70-tallydock.rules'))).toBe(true)
  })

  it('has Electron as its only program that starts from outside: fuses are blown', async () => {
    const program = await readFile(join(unpacked, 'tallydock'))
    const wire = program.subarray(program.indexOf(FUSE_WIRE) + FUSE_WIRE.length + 2)

    const on = FUSES.filter((_name, index) => wire[index] === '1'.charCodeAt(0))

    expect(on).toEqual(['cookieEncryption'])
  })

  it('runs its command from there, with nothing of the repository', async () => {
    const command = join(unpacked, 'resources', 'app', 'src', 'cli', 'tallydock.js')

    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: folder })

    expect(stdout).toContain('tallydock <command> [options]')
  })

  it('makes its group and loads its rules after installing, in a script a shell can read', async () => {
    const script = join(ROOT, 'dist', 'packaging', 'after-install.tpl')

    await run('bash', ['-n', script])

    const text = await readFile(script, 'utf8')
    expect(text).toContain('chrome-sandbox')
    expect(text).toContain('groupadd --system tallydock')
  })
})

describe('the icons', () => {
  it('are those the script draws', async () => {
    expect(await readFile(join(PACKAGING, 'icon.svg'), 'utf8')).toBe(drawSvg())
    const drawn = PNG_SIZES.map((size) => `${size}x${size}.png`)
    expect(readdirSync(join(PACKAGING, 'icons')).toSorted()).toEqual(drawn.toSorted())
    for (const size of PNG_SIZES) {
      const png = await readFile(join(PACKAGING, 'icons', `${size}x${size}.png`))
      expect(pixelsOf(png)).toEqual({ size, pixels: drawPixels(size) })
    }
    expect(picturesOf(await readFile(join(PACKAGING, 'icon.ico')))).toEqual(picturesOf(drawIco()))
  })

  it('show strokes on a ground with clear corners', () => {
    const at = (x: number, y: number) => [...drawPixels(64).subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 4)]

    expect(at(0, 0)[3]).toBe(0)
    expect(at(32, 5)).toEqual([0x00, 0x5f, 0x45, 255])
    for (const x of [17, 27, 37, 47]) expect(at(x, 20)).toEqual([255, 255, 255, 255])
  })
})

/** Reads back what `drawPng` writes: one IDAT, rows without filter. */
function pixelsOf(png: Buffer): { size: number; pixels: Uint8Array } {
  const size = png.readUInt32BE(16)
  const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))
  const pixels = new Uint8Array(size * size * 4)
  for (let row = 0; row < size; row++) {
    const start = row * (size * 4 + 1)
    expect(rows[start]).toBe(0)
    pixels.set(rows.subarray(start + 1, start + 1 + size * 4), row * size * 4)
  }
  return { size, pixels }
}

function picturesOf(ico: Buffer) {
  expect([...ico.subarray(0, 6)]).toEqual([0, 0, 1, 0, ICO_SIZES.length, 0])
  return ICO_SIZES.map((_size, index) => {
    const entry = 6 + 16 * index
    const start = ico.readUInt32LE(entry + 12)
    return pixelsOf(ico.subarray(start, start + ico.readUInt32LE(entry + 8)))
  })
}
