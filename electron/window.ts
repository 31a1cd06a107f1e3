import { BrowserWindow } from 'electron'
import { PRELOAD, WINDOW_URL } from './place.ts'
import { RestartRule } from './restart-rule.ts'

/** A window that could not be kept alive, after several tries. */
export type OnWindowLost = (reason: string) => void

/**
 * The operator's window: sandboxed, isolated, no Node, only its preload script. One that crashes or hangs is loaded anew,
 * and the engine tells it everything again.
 */
export function openWindow({
  packaged,
  onLost,
}: {
  readonly packaged: boolean
  readonly onLost: OnWindowLost
}): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 1_440,
    height: 900,
    minWidth: 1_024,
    minHeight: 700,
    title: 'Tallydock',
    autoHideMenuBar: true,
    webPreferences: {
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
      devTools: !packaged,
      // Scans are taken and verdicts sounded also while another window covers this one.
      backgroundThrottling: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  keepAlive(window, onLost)
  window.loadURL(WINDOW_URL).catch((error) => console.error('the window could not be loaded:', error))
  return window
}

function keepAlive(window: BrowserWindow, onLost: OnWindowLost): void {
  const rule = new RestartRule()
  const { webContents } = window
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const pauseMs = rule.ended(Date.now())
    if (pauseMs === 'give-up') return onLost(reason)
    setTimeout(() => {
      if (!window.isDestroyed()) webContents.reload()
    }, pauseMs)
  })
  // It is ended as a crash, and comes back as after one.
  webContents.on('unresponsive', () => webContents.forcefullyCrashRenderer())
}
