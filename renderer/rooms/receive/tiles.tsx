import { useEffect, useRef } from 'react'
import type { TopicState } from '../../../src/contract/screen.ts'
import type { Family, Glyph } from '../../parts/family.ts'
import { Serial } from '../../parts/serial.tsx'
import { Shape, WaitShape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'

type Tile = NonNullable<TopicState<'receive'>['arrival']>['trays'][number]['tiles'][number]

const SIGNS: Readonly<Record<Exclude<Tile['mark'], 'waiting'>, readonly [Family, Glyph]>> = {
  received: ['received', 'check'],
  attention: ['attention', 'exclamation'],
  held: ['attention', 'pause'],
  extra: ['attention', 'plus'],
}

/** The drives of one tray. The one of the last scan is outlined, never filled for it. */
export function Tiles({ tiles }: { readonly tiles: readonly Tile[] }) {
  return (
    <ul className="tiles">
      {tiles.map((tile) => (
        <OneTile key={tile.drive} tile={tile} />
      ))}
    </ul>
  )
}

function OneTile({ tile: { drive, mark, now } }: { readonly tile: Tile }) {
  const { t } = useWords()
  const place = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (now) place.current?.scrollIntoView({ block: 'nearest' })
  }, [now])
  return (
    <li ref={place} className={`tile tile-${mark}${now ? ' tile-now' : ''}`}>
      <span aria-hidden="true">
        <Serial text={drive} />
      </span>
      <span className="unseen">
        {t('arrival.tileState', { drive: visible(drive), mark: t(`mark.${mark}`) })}
      </span>
      {mark === 'waiting' ? <WaitShape /> : <Shape family={SIGNS[mark][0]} glyph={SIGNS[mark][1]} />}
    </li>
  )
}
