import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PRELOAD, WINDOW_URL } from '../../electron/place.ts'
import { eventually } from '../host/eventually.ts'
import { openShell, type Shell, startShell } from './shell.ts'
import { StandInContents, StandInEvent } from './stand-in.ts'

describe('the window', () => {
  it('is sandboxed and isolated, without Node, with its preload script only', async () => {
    const { standIn, window } = await openShell()

    expect(standIn.app.sandboxed).toBe(true)
    expect(window.options.webPreferences).toEqual({
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
      backgroundThrottling: false,
    })
  })

  it('is shown once it has something to show, and has no menu whose shortcuts a scanner could type', async () => {
    const { standIn, window } = await openShell()

    expect(window.options.show).toBe(false)
    await eventually(() => window.shown).toBe(true)
    expect(standIn.menu).toBeNull()
  })

  it('gets one function from its preload script, which needs nothing but Electron', async () => {
    const { page } = await openShell()

    expect(page.exposed).toEqual({ tallydock: { askForPort: expect.any(Function) } })
    expect(page.required).toEqual(['electron'])
  })

  it('may not leave its page, open another, embed one or download', async () => {
    const { window } = await openShell()
    const contents = window.webContents
    const prevented = (name: string, facts: object = {}) => {
      const event = Object.assign(new StandInEvent(), facts)
      contents.emit(name, event)
      return event.defaultPrevented
    }

    expect(contents.openHandler?.({ url: WINDOW_URL } as never)).toEqual({ action: 'deny' })
    expect(prevented('will-navigate', { url: 'https://example.com/' })).toBe(true)
    expect(prevented('will-navigate', { url: 'file:///etc/passwd' })).toBe(true)
    expect(prevented('will-navigate', { url: `${WINDOW_URL}../other` })).toBe(true)
    expect(prevented('will-navigate', { url: `${WINDOW_URL}?elsewhere#bays` })).toBe(true)
    expect(prevented('will-navigate', { url: WINDOW_URL })).toBe(false)
    // A reload in another room than the first.
    expect(prevented('will-navigate', { url: `${WINDOW_URL}#bays` })).toBe(false)
    expect(prevented('will-frame-navigate', { url: `${WINDOW_URL}#bays`, isMainFrame: true })).toBe(false)
    expect(prevented('will-frame-navigate', { url: WINDOW_URL, isMainFrame: false })).toBe(true)
    expect(prevented('will-redirect', { url: WINDOW_URL })).toBe(true)
    expect(prevented('will-attach-webview')).toBe(true)
  })

  it('may not download, gets no permission, no device and nothing from the network', async () => {
    const { permission } = (await openShell()).standIn
    const granted: boolean[] = []
    const loads = (url: string) => {
      let cancelled: boolean | undefined
      permission.beforeRequest?.({ url }, ({ cancel }) => {
        cancelled = cancel
      })
      return cancelled === false
    }
    const download = new StandInEvent()
    permission.emit('will-download', download)

    expect(download.defaultPrevented).toBe(true)
    permission.request?.({} as never, 'media', (answer) => granted.push(answer), {} as never)
    expect(granted).toEqual([false])
    expect(permission.check?.(null, 'hid', WINDOW_URL, {} as never)).toBe(false)
    expect(permission.device?.({} as never)).toBe(false)
    expect(permission.display).toBeNull()
    expect(loads(`${WINDOW_URL}assets/main.js`)).toBe(true)
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1:80/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'tallydock://windows/',
      'tallydock://other/',
      'devtools://devtools/',
    ])
      expect(loads(url), url).toBe(false)
  })

  it('gets its port only for its own outermost frame at its own address', async () => {
    const { standIn, window } = await openShell()
    const { ipcMain } = standIn.electron
    const contents = window.webContents
    const handed: unknown[] = []
    contents.toPreload.on('tallydock.port', (event) => handed.push(event))
    const other = new StandInContents(standIn.load)
    const ask = (sender: unknown, senderFrame: unknown) =>
      ipcMain.emit('tallydock.ask-for-port', { sender, senderFrame })
    await eventually(() => standIn.processes[0]?.listenerCount('message')).toBe(1)

    ask(other, other.mainFrame)
    ask(contents, null)
    ask(contents, { parent: contents.mainFrame, url: WINDOW_URL })
    ask(contents, { parent: null, url: WINDOW_URL })
    contents.mainFrame.url = 'https://example.com/'
    ask(contents, contents.mainFrame)
    expect(standIn.processes[0]?.heard).toEqual([])
    contents.mainFrame.url = WINDOW_URL
    ask(contents, contents.mainFrame)

    await eventually(() => handed).toHaveLength(1)
  })
})

describe('the files of the window', () => {
  it('come under a scheme that is a secure origin and has no other right', async () => {
    const { standIn } = await openShell()

    expect(standIn.schemes).toEqual([
      { scheme: 'tallydock', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
  })

  it('bear the same strict policy as in the browser', async () => {
    await withFiles(async ({ standIn }) => {
      const page = await standIn.load(WINDOW_URL)
      const script = await standIn.load(`${WINDOW_URL}main.js`)

      expect([page.status, await page.text()]).toEqual([200, '<title>window</title>'])
      expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
      for (const { headers } of [page, script]) {
        expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/)
        expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:|ws:/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
      }
    })
  })

  it('are only those of the built window', async () => {
    await withFiles(async ({ standIn }) => {
      for (const path of [
        '%2e%2e/secret.js',
        '..%2fsecret.js',
        'none.js',
        'main.exe',
        '%zz.js',
        'a%00.js',
        '',
      ].slice(0, -1))
        expect((await standIn.load(`${WINDOW_URL}${path}`)).status, path).toBe(404)
    })
  })

  it('say how to build the window when there is none', async () => {
    const { standIn } = await openShell({ rendererDir: join(tmpdir(), 'tallydock-no-renderer/') })

    const page = await standIn.load(WINDOW_URL)

    expect(page.status).toBe(503)
    expect(await page.text()).toContain('npm run build:renderer')
  })
})

describe('a second start', () => {
  it('opens nothing and ends', async () => {
    const { standIn } = await startShell({
      prepare: ({ app }) => {
        app.hasLock = false
      },
    })

    expect(standIn.app.hasQuit).toBe(true)
    expect([standIn.windows, standIn.processes]).toEqual([[], []])
  })

  it('brings the window of the first to the front', async () => {
    const { standIn, window } = await openShell()
    window.minimized = true

    standIn.app.emit('second-instance', new StandInEvent())

    expect([window.minimized, window.focused]).toEqual([false, 1])
  })

  it('stands beside the first when it is for practice or for another data folder', async () => {
    const profileOf = async (...argv: string[]) =>
      (await startShell({ argv })).standIn.app.getPath('userData')

    const profiles = [
      await profileOf(),
      await profileOf('--practice'),
      await profileOf('--data', '/dock/a'),
      await profileOf('--data=/dock/b'),
    ]

    expect(profiles.slice(0, 2)).toEqual(['/profiles/tallydock', '/profiles/tallydock-practice'])
    expect(new Set(profiles).size).toBe(4)
  })
})

async function withFiles(story: (shell: Shell) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tallydock-shell-'))
  try {
    const renderer = join(folder, 'renderer/')
    const { mkdir } = await import('node:fs/promises')
    await mkdir(renderer)
    await writeFile(join(renderer, 'index.html'), '<title>window</title>')
    await writeFile(join(renderer, 'main.js'), 'start()')
    await writeFile(join(renderer, 'main.exe'), 'no')
    await writeFile(join(folder, 'secret.js'), 'secret')
    await story(await openShell({ rendererDir: renderer }))
  } finally {
    await rm(folder, { recursive: true })
  }
}
