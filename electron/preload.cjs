// @ts-check
/**
 * All a window can ask of the shell: its line to the engine. Runs sandboxed, so it is plain CommonJS and can require
 * nothing but 'electron'. The page gets one function and, in a `message` event of its own window, a port; nothing else
 * crosses.
 */
const { contextBridge, ipcRenderer } = require('electron')

/** @type {typeof import('../src/contract/shell.ts').ASK_FOR_PORT} */
const ASK_FOR_PORT = 'tallydock.ask-for-port'
/** @type {typeof import('../src/contract/shell.ts').PORT_HANDED_OVER} */
const PORT_HANDED_OVER = 'tallydock.port'

/** @typedef {{ postMessage(message: string, target: string, ports: readonly unknown[]): void }} Page */
const page = /** @type {Page} */ (/** @type {unknown} */ (globalThis))

ipcRenderer.on(PORT_HANDED_OVER, ({ ports }) => {
  // A port cannot pass through the context bridge. Whatever the target, only this window hears its own message.
  page.postMessage(PORT_HANDED_OVER, '*', [...ports])
})

contextBridge.exposeInMainWorld('tallydock', { askForPort: () => ipcRenderer.send(ASK_FOR_PORT) })
