import { app, type BrowserWindow, dialog } from 'electron'
import texts from '../assets/locales/en/shell.json' with { type: 'json' }

/**
 * Quitting, however it was asked for: a question first while drives are being copied, then an orderly end of the engine.
 * Copies that are ended go on later where they stopped.
 */
export function guardQuit(parts: {
  readonly window: BrowserWindow
  readonly drives: () => number
  readonly stop: () => Promise<void>
}): void {
  let state: 'open' | 'asking' | 'leaving' | 'left' = 'open'
  const leave = async () => {
    if (state !== 'open') return
    state = 'asking'
    if (parts.drives() > 0 && !(await confirmed(parts.window, parts.drives()))) {
      state = 'open'
      return
    }
    state = 'leaving'
    await parts.stop()
    state = 'left'
    app.quit()
  }
  app.on('before-quit', (event) => {
    if (state === 'left') return
    event.preventDefault()
    void leave()
  })
  parts.window.on('close', (event) => {
    if (state === 'left') return
    event.preventDefault()
    void leave()
  })
  // Windows asks every program before the session ends.
  parts.window.on('query-session-end', (event) => {
    if (parts.drives() > 0) event.preventDefault()
  })
}

async function confirmed(window: BrowserWindow, drives: number): Promise<boolean> {
  const { ask, detail, stay, quit } = texts.quitWhileCopying
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: ask.replace('{{drives}}', String(drives)),
    detail,
    buttons: [stay, quit],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}
