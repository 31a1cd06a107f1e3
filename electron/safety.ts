import { app, type IpcMainEvent, type Session, type WebContents } from 'electron'
import { ORIGIN, WINDOW_URL } from './place.ts'

/**
 * What no window may ever do, set once for all of them, before the first is made: leave its page, open another window,
 * embed one, download, get a permission or a device, or reach the network. Denials are silent: nothing of ours tries.
 */
export function denyByDefault(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url) }))
  app.on('web-contents-created', (_event, contents) => keepIn(contents))
}

function keepIn(contents: WebContents): void {
  contents.on('will-navigate', (details) => {
    if (!isWindow(details.url)) details.preventDefault()
  })
  contents.on('will-frame-navigate', (details) => {
    if (!details.isMainFrame || !isWindow(details.url)) details.preventDefault()
  })
  contents.on('will-redirect', (details) => details.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** The window's own files, and those of the developer tools, which only an unpackaged program has. */
function mayLoad(url: string): boolean {
  return isOurs(url) || (!app.isPackaged && url.startsWith('devtools://'))
}

/** The window's page, in whatever room: a room is a fragment, and a reload asks for it too. */
function isWindow(url: string): boolean {
  return url === WINDOW_URL || url.startsWith(`${WINDOW_URL}#`)
}

function isOurs(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`)
}

/**
 * Whether a message of the page's side was sent by the page itself: by the outermost frame of `contents`, showing an address
 * of ours. Everything else gets no answer.
 */
export function sentByWindow(event: IpcMainEvent, contents: WebContents): boolean {
  const frame = event.senderFrame
  return (
    event.sender === contents &&
    frame !== null &&
    frame.parent === null &&
    frame === contents.mainFrame &&
    isOurs(frame.url)
  )
}
