import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { expect, it } from 'vitest'
import { findElectron, presentElectron } from '../../electron/electron-binary.ts'
import { APP, WINDOW_URL } from '../../electron/place.ts'

it('opens the real window, shut in as the stand-in says', async (ctx) => {
  const { env, platform } = process
  // Looks only: a test fetches nothing.
  if (presentElectron(env, platform) === undefined) return ctx.skip('electron')
  const administrator = process.getuid?.() === 0
  const electron = await findElectron({ env, platform, administrator, fetchingMs: 5_000 })
  if (!electron.found) return ctx.skip('electron')
  const data = await mkdtemp(join(tmpdir(), 'tallydock-real-'))
  const shell = await _electron.launch({ executablePath: electron.path, args: [APP, '--data', data] })
  try {
    const window = await shell.firstWindow()
    await window.waitForSelector('main')

    expect(window.url()).toBe(WINDOW_URL)
    const inside = await window.evaluate(`(async () => ({
      node: typeof require + typeof process,
      shell: Object.keys(globalThis.tallydock),
      opened: window.open('https://example.invalid/') === null,
      fetched: await fetch('https://example.invalid/').then(() => true, () => false),
    }))()`)
    expect(inside).toEqual({
      node: 'undefinedundefined',
      shell: ['askForPort'],
      opened: true,
      fetched: false,
    })
    await window.evaluate(`void (location.href = 'https://example.invalid/')`)
    expect(window.url()).toBe(WINDOW_URL)
  } finally {
    await shell.close()
    await rm(data, { recursive: true })
  }
})
