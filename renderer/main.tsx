/** Where the window starts: the one place that ties its rooms to the machine. */
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connect } from './connection/connect.ts'
import { goTo } from './frame/room.ts'
import './look/look.ts'
import { proclaim } from './rooms/receive/herald.ts'
import { fillsBox, lookOf } from './rooms/receive/verdict-look.ts'
import { captureScans } from './scan-capture/capture-scans.ts'
import { createPlayer } from './sounds/player.ts'
import { soundOf } from './sounds/verdict-sounds.ts'
import { monotonicMs, nowMs, onTick } from './system/clock.ts'
import { newScanId } from './system/ids.ts'
import { keepScans, keptScans } from './system/kept-scans.ts'
import { overMessagePort } from './system/message-port.ts'
import { timers } from './system/timers.ts'
import { overWebSocket } from './system/web-socket.ts'
import { createWords } from './words/languages.ts'

const transport = overMessagePort(window) ?? overWebSocket(window.location)
const connection = connect(transport, { timers, nowMs, newScanId, keepScans, keptScans })
const player = createPlayer()

captureScans(window, { timers, monotonicMs, onScan: connection.submitScan })

// The screen follows the scanner: whatever room is open, a verdict turns it to the stage.
proclaim(connection, {
  verdict(scan, practice) {
    goTo({ room: 'receive' })
    player.play(soundOf(lookOf(scan).family, { boxFull: fillsBox(scan), practice }))
  },
  waiting: () => goTo({ room: 'receive' }),
  failure(practice) {
    goTo({ room: 'receive' })
    player.play(soundOf('stop', { boxFull: false, practice }))
  },
})

const place = document.getElementById('window')
if (place === null) throw new Error('The page has no element "window".')
createRoot(place).render(
  <App engine={{ connection, clock: { now: nowMs, subscribe: onTick } }} words={createWords()} />,
)
