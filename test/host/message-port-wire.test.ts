import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { electronPortWire, nodePortWire } from '../../src/host/message-port-wire.ts'
import { type Session, serveWindow } from '../../src/host/session.ts'
import type { Wire } from '../../src/host/wire.ts'
import { ScreenWindow } from '../fakes/screen-window.ts'
import { type Serve, wireSuite } from '../suites/wire.ts'
import { standInPort } from './stand-in-port.ts'

wireSuite('a message port of Node', serveOver(nodePortWire))
wireSuite(
  'a message port as Electron has it',
  serveOver((port) => electronPortWire(standInPort(port))),
)

function serveOver(wireOf: (port: MessagePort) => Wire): Serve {
  return async (parts) => {
    const sessions: Session[] = []
    return {
      async connect() {
        const { port1, port2 } = new MessageChannel()
        sessions.push(serveWindow(wireOf(port1), parts))
        return windowOver(port2)
      },
      hostile: [
        (window) => window.send(1n),
        (window) => window.send(new Map([['kind', 'hello']])),
        (window) => window.send(new Date()),
        (window) => window.send(circle()),
      ],
      async stop() {
        for (const session of sessions) session.end('engine-stopping')
        await Promise.all(sessions.map(({ ended }) => ended))
      },
    }
  }
}

function windowOver(port: MessagePort): ScreenWindow {
  const window = new ScreenWindow()
  window.opened({ send: (message) => port.postMessage(message), close: () => port.close() })
  port.on('message', (message) => window.received(message))
  port.on('close', () => window.lost())
  return window
}

function circle(): unknown {
  const call: Record<string, unknown> = { kind: 'call', id: 1, name: 'job.read' }
  call.kin = call
  return call
}
