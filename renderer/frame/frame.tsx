import type { ReactNode } from 'react'
import { useTopic } from '../engine.ts'
import { useWords } from '../words/use-words.ts'
import { Bar } from './bar.tsx'
import { EngineLine } from './engine-line.tsx'
import { Rail } from './rail.tsx'
import type { Room } from './room.ts'

/** What stands around every room; on a practice dock a hatched frame on all four sides, with words. */
export function Frame({ room, children }: { readonly room: Room; readonly children: ReactNode }) {
  const { t } = useWords()
  const practice = useTopic('station')?.practice ?? false
  return (
    <div className={practice ? 'frame practice' : 'frame'}>
      {practice && (
        <aside className="practice-words" aria-label={t('frame.practice')}>
          <b>{t('frame.practice')}</b>
          <span>{t('frame.practiceMeans')}</span>
        </aside>
      )}
      <div className="shell">
        <Mark />
        <Rail here={room} />
        <Bar room={room} />
        <EngineLine />
        <main className="room">{children}</main>
      </div>
    </div>
  )
}

/** Five strokes of a tally. */
function Mark() {
  return (
    <svg className="tally-mark" viewBox="0 0 36 36" aria-hidden="true">
      <path d="M7 5v26M14 5v26M21 5v26M28 5v26M3 26 33 10" />
    </svg>
  )
}
