/**
 * Electron's main process: one window, the engine in a process of its own, and the line between them. Knows no rule of the
 * dock and touches none of its data.
 */
import { join } from 'node:path'
import { app, ipcMain, Menu, session } from 'electron'
import { ASK_FOR_PORT } from '../src/contract/shell.ts'
import { EngineProcess } from './engine-process.ts'
import { SHOWN_LINE } from './place.ts'
import { KeepAwake } from './power.ts'
import { guardQuit } from './quit.ts'
import { denyByDefault, sentByWindow } from './safety.ts'
import { readStationArgs } from './station-args.ts'
import { openWindow } from './window.ts'
import { declareScheme, WindowFiles } from './window-files.ts'

const { args, profile } = readStationArgs(process.argv.slice(app.isPackaged ? 1 : 2))
app.setPath('userData', join(app.getPath('appData'), profile))
app.enableSandbox()
declareScheme()

if (app.requestSingleInstanceLock()) {
  // Not awaited here: Electron is ready only after this module has run to its end.
  void app.whenReady().then(run)
} else {
  // The other one shows its window.
  app.quit()
}

function run(): void {
  // No menu, no shortcuts: a scanner may type any of them.
  Menu.setApplicationMenu(null)
  denyByDefault(session.defaultSession)
  const files = new WindowFiles()
  files.serve()

  const power = new KeepAwake()
  const engine = new EngineProcess(args, {
    onCopying: (drives) => power.copying(drives),
    onRefused(failure) {
      files.refuse(failure)
      window.webContents.reload()
    },
  })
  const window = openWindow({
    packaged: app.isPackaged,
    onLost: (reason) => {
      console.error(`the window ends again and again (${reason})`)
      app.quit()
    },
  })
  window.webContents.once('did-finish-load', () => console.log(SHOWN_LINE))
  ipcMain.on(ASK_FOR_PORT, (event) => {
    if (sentByWindow(event, window.webContents)) engine.handTo(window.webContents)
  })
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  power.holdShutdown()
  guardQuit({ window, drives: () => power.drives, stop: () => engine.stop() })
  engine.start()
}
