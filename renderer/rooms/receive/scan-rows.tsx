import type { ShownScan } from '../../../src/contract/screen.ts'
import type { WaitingScan } from '../../connection/world.ts'
import { useConnected, useConnection, useTopic } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Serial } from '../../parts/serial.tsx'
import { Shape, WaitShape } from '../../parts/shape.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { TypeCode, type Typing } from './type-code.tsx'
import { lookOf } from './verdict-look.ts'

const ROWS = 5
const UNDO = 'TD-UNDO'

/** The last five scans, those without an answer first. The newest that changed something can be taken back. */
export function ScanRows({ typing }: { readonly typing: Typing }) {
  const { t } = useWords()
  const told = useTopic('receive')?.scans ?? []
  const waiting = useConnected((state) => state.waiting).filter(({ late }) => late)
  const unanswered = waiting.toReversed().slice(0, ROWS)
  const answered = told.slice(0, ROWS - unanswered.length)
  return (
    <section className="card scans">
      <div className="scans-head">
        <h2>{t('scans.title')}</h2>
        <p className="scans-hint">{t('scans.undoHint', { command: UNDO })}</p>
        <TypeCode typing={typing} />
      </div>
      {unanswered.length + answered.length === 0 ? (
        <p className="scans-none">{t('scans.none')}</p>
      ) : (
        <ol className="scan-rows">
          {unanswered.map((scan) => (
            <WaitingRow key={scan.scan} scan={scan} />
          ))}
          {answered.map((scan) => (
            <ScanRow key={scan.scan} scan={scan} />
          ))}
        </ol>
      )}
    </section>
  )
}

function ScanRow({ scan }: { readonly scan: ShownScan }) {
  const words = useWords()
  const { t, formats } = words
  const connection = useConnection()
  const { family, glyph, word } = lookOf(scan)
  return (
    <li>
      <span className="scan-time">{formats.timeWithSeconds(scan.at)}</span>
      <span className="scan-verdict">
        <Shape family={family} glyph={glyph} />
        {t(`verdict.${word}`)}
      </span>
      <ScannedText scan={scan} />
      <span className="scan-to">
        <span>{scan.undone ? t('scans.undone') : noteOf(scan, words)}</span>
        {scan.unsent && (
          <span className="unsent">
            <Icon name="unsent" />
            {t('scans.unsent')}
          </span>
        )}
      </span>
      {scan.undo === 'no' || scan.undone ? (
        <span />
      ) : (
        <Button
          kind={scan.undo === 'now' ? 'plain' : 'quiet'}
          icon="undo"
          disabled={scan.undo !== 'now'}
          label={t('scans.undoOf', { text: scan.drive ?? scan.text })}
          onPress={() => connection.submitScan(UNDO)}
        >
          {t('scans.undo')}
        </Button>
      )}
    </li>
  )
}

function WaitingRow({ scan }: { readonly scan: WaitingScan }) {
  const { t, formats } = useWords()
  return (
    <li>
      <span className="scan-time">{formats.timeWithSeconds(scan.at)}</span>
      <span className="scan-verdict">
        <WaitShape />
        {t('verdict.waiting')}
      </span>
      <ScannedText scan={scan} />
      <span className="scan-to">{t('put.notYetCounted')}</span>
      <span />
    </li>
  )
}

function ScannedText({
  scan: { drive, text },
}: {
  readonly scan: { readonly drive?: string | undefined; readonly text: string }
}) {
  if (drive !== undefined) return <Serial text={drive} />
  return (
    <bdo dir="ltr" className="scan-text">
      {visible(text)}
    </bdo>
  )
}

/** One or two words: where it went, or that nothing came of it. */
function noteOf(scan: ShownScan, { t, place }: Words): string {
  const { family } = lookOf(scan)
  if (family === 'stop') return t('scans.notCounted')
  if (scan.verdict === 'already-received' || scan.verdict === 'look-up') return t('scans.nothingChanged')
  if (scan.tray !== undefined && scan.tray !== '') return place(scan.tray)
  if (scan.return !== undefined) return t('place.box', { name: scan.return })
  return scan.job ?? ''
}
