import { useRef, useState } from 'react'
import type { ConnectionState } from '../../connection/connect.ts'
import { useConnected, useTopic } from '../../engine.ts'
import { ArrivalCard } from './arrival-card.tsx'
import { BoxCard } from './box-card.tsx'
import { Idle } from './idle.tsx'
import { type Newest, newestOf } from './newest.ts'
import { ReadyCard } from './ready-card.tsx'
import { ScanRows } from './scan-rows.tsx'
import { Stage } from './stage.tsx'

/** The stage with the last scan, the box it belongs to beside it, and the last five scans below. */
export function Receive() {
  const receive = useTopic('receive')
  const newest = useNewest()
  const box = useActiveBox()
  const [text, set] = useState<string>()
  const typing = { text, set }
  const first = newest.kind === 'none' && receive?.scans.length === 0 && receive.arrival === undefined
  return (
    <div className={first ? 'receive receive-first' : 'receive'}>
      {newest.kind === 'none' ? <Idle work={receive?.work} /> : <Stage newest={newest} receive={receive} />}
      {box !== undefined ? (
        <BoxCard box={box} />
      ) : receive?.arrival !== undefined ? (
        <ArrivalCard arrival={receive.arrival} />
      ) : (
        <ReadyCard typing={first ? typing : undefined} />
      )}
      {!first && <ScanRows typing={typing} />}
    </div>
  )
}

/** The same object as long as it says the same, so that the stage is not drawn anew for nothing. */
function useNewest(): Newest {
  const last = useRef<Newest>({ kind: 'none' })
  return useConnected((state: ConnectionState) => {
    const now = newestOf(state)
    if (!same(last.current, now)) last.current = now
    return last.current
  })
}

function same(a: Newest, b: Newest): boolean {
  return a.kind === b.kind && (a.kind === 'none' || b.kind === 'none' || a.scan === b.scan)
}

function useActiveBox() {
  const doing = useTopic('receive')?.work.doing
  const boxes = useTopic('ship-back')?.boxes
  return doing === 'return' || doing === 'shipping' ? boxes?.find(({ active }) => active) : undefined
}
