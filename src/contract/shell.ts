/**
 * What passes between a window's preload script and Electron's main process: the window asks for its line to the engine,
 * main hands over a port in a message of that name, and the preload script passes it on to the page as a `message` event of
 * its own window, with the same name as data. Everything further goes over the port, as `screen.ts` says.
 */
export const ASK_FOR_PORT = 'tallydock.ask-for-port'
export const PORT_HANDED_OVER = 'tallydock.port'
