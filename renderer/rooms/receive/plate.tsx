import type { ReactNode } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { TrayLetter } from '../../parts/tray-letter.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import type { PutDown } from './put-down.ts'

interface PlateProps {
  readonly put: PutDown | undefined
  /** The drive is not put down now: it has lain there before. */
  readonly lies?: boolean
  /** One line under the place. */
  readonly detail?: string | undefined
  /** One line instead of "Not counted." */
  readonly keep?: string | undefined
  readonly next: string
}

/** Where the thing in the hand goes, and the one next step. */
export function Plate({ put, lies = false, detail, keep, next }: PlateProps) {
  const words = useWords()
  const { t } = words
  return (
    <div className="plate">
      {put !== undefined && (
        <>
          <Sign put={put} />
          <div className="plate-put">
            <p className="plate-head">{headOf(put, lies, words)}</p>
            <p>{put.to === 'hand' && keep !== undefined ? keep : placeOf(put, words)}</p>
            {detail !== undefined && <p className="plate-detail">{detail}</p>}
          </div>
        </>
      )}
      <div className="plate-next">
        <p className="plate-head">{t('put.next')}</p>
        <p>{next}</p>
      </div>
    </div>
  )
}

function headOf(put: PutDown, lies: boolean, { t }: Words): string {
  if (put.to === 'hand') return t('put.keep')
  if (put.to === 'bay' || put.to === 'box') return t('put.into')
  return lies ? t('put.lies') : t('put.down')
}

function placeOf(put: PutDown, { t }: Words): string {
  switch (put.to) {
    case 'tray':
      return t('place.tray', { name: put.letter })
    case 'tray-of':
      return t('place.ownTray')
    case 'hold':
      return t('place.hold')
    case 'extra':
      return t('place.extra')
    case 'bay':
      return t('place.bay', { name: put.bay })
    case 'box':
      return t('place.box', { name: put.number })
    case 'hand':
      return t('put.notCounted')
  }
}

const LONGEST_SIGN = 2

/** The tray's letter or the bay's number as it stands on the thing itself; else a drawing of the place. */
function Sign({ put }: { readonly put: PutDown }): ReactNode {
  switch (put.to) {
    case 'tray':
      return <TrayLetter>{put.letter}</TrayLetter>
    case 'bay':
      return (
        <TrayLetter>{put.bay.length <= LONGEST_SIGN ? visible(put.bay) : <Icon name="bays" />}</TrayLetter>
      )
    case 'tray-of':
    case 'box':
      return (
        <TrayLetter hatched>
          <Icon name="box" />
        </TrayLetter>
      )
    case 'hold':
      return (
        <TrayLetter hatched>
          <Icon name="lock" />
        </TrayLetter>
      )
    case 'extra':
      return (
        <TrayLetter hatched>
          <Icon name="shelf" />
        </TrayLetter>
      )
    case 'hand':
      return (
        <TrayLetter hatched>
          <Icon name="scan" />
        </TrayLetter>
      )
  }
}
