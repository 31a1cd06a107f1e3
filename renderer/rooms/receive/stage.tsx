import type { ReactNode } from 'react'
import type { ShownScan, TopicState } from '../../../src/contract/screen.ts'
import type { FailedScan } from '../../connection/connect.ts'
import type { WaitingScan } from '../../connection/world.ts'
import { Code, Serial } from '../../parts/serial.tsx'
import { Shape, WaitShape } from '../../parts/shape.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { Compare, columnsOf } from './compare.tsx'
import type { Newest } from './newest.ts'
import { Plate } from './plate.tsx'
import { putDownOf } from './put-down.ts'
import { lookOf } from './verdict-look.ts'

interface StageProps {
  readonly newest: Exclude<Newest, { kind: 'none' }>
  readonly receive: TopicState<'receive'> | undefined
}

/** The last scan, readable at two metres: verdict, then where it goes, then one next step. Stays until the next scan. */
export function Stage({ newest, receive }: StageProps) {
  switch (newest.kind) {
    case 'waiting':
      return <Waiting scan={newest.scan} />
    case 'failed':
      return <Failed failed={newest.scan} />
    case 'verdict':
      return <Verdict scan={newest.scan} receive={receive} />
  }
}

/** Longer words, and words of two, stand in two lines of smaller type; never in three. */
const LONGEST_LINE = 9

function linesOf(word: string): readonly string[] {
  if (word.length <= LONGEST_LINE) return [word]
  const parts = word.split(' ')
  const splits = parts
    .slice(1)
    .map((_, at) => [parts.slice(0, at + 1).join(' '), parts.slice(at + 1).join(' ')])
  const longest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length))
  return splits.toSorted((a, b) => longest(a) - longest(b))[0] ?? parts
}

/** `scan` makes the shape arrive anew for every scan, so that two equal verdicts are seen as two. */
function Word({ scan, word, shape }: { scan: string; word: string; shape: ReactNode }) {
  const lines = linesOf(word)
  return (
    <div className={word.length > LONGEST_LINE ? 'word word-two' : 'word'}>
      <span key={scan} className="word-shape">
        {shape}
      </span>
      <strong>
        {lines.map((line) => (
          <span key={line}>{line} </span>
        ))}
      </strong>
    </div>
  )
}

function Verdict({ scan, receive }: { scan: ShownScan; receive: TopicState<'receive'> | undefined }) {
  const words = useWords()
  const { t, speak } = words
  const { family, glyph, word } = lookOf(scan)
  const columns = columnsOf(scan)
  const put = putDownOf(scan)
  return (
    <section className={`stage stage-${family}`} role="status" aria-label={t('stage.label')}>
      <Code text={scan.verdict} />
      <Word
        scan={scan.scan}
        word={t(`verdict.${word}`)}
        shape={<Shape family={family} glyph={glyph} size="verdict" onFlood />}
      />
      {columns.length > 0 ? (
        <Compare columns={columns} />
      ) : (
        <div className="what">
          <WhatWasScanned scan={scan} />
          {!saidByPlate(scan) && <Why words={speak('say', scan.say)} />}
        </div>
      )}
      <Plate
        put={put}
        lies={scan.verdict === 'look-up'}
        detail={columns.length > 0 ? differenceOf(columns, words) : detailOf(scan, receive, words)}
        next={speak('next', besidePlate(scan))}
      />
    </section>
  )
}

/** Names of jobs can make a sentence long; then it is set smaller, never cut. */
const LONGEST_WHY = 52

function Why({ words }: { readonly words: string }) {
  return <p className={words.length > LONGEST_WHY ? 'why why-long' : 'why'}>{words}</p>
}

/** The plate says where it goes; the step beside it begins after that. */
function besidePlate({ next }: ShownScan): ShownScan['next'] {
  const shelves = next.name === 'hold-shelf-next-drive' || next.name === 'extra-shelf-next-drive'
  return shelves ? { name: 'scan-next-drive', facts: {} } : next
}

/** The plate and the ring say the same as these sentences. */
function saidByPlate({ verdict, say }: ShownScan): boolean {
  return verdict === 'received' && say.name === 'received'
}

function WhatWasScanned({ scan }: { readonly scan: ShownScan }) {
  if (scan.drive !== undefined) return <Serial text={scan.drive} />
  return scan.text === '' ? null : <ScannedText text={scan.text} />
}

/** What was scanned is no drive's serial: any text of any length, the only one that may end in dots. */
function ScannedText({ text }: { readonly text: string }) {
  return (
    <bdo dir="ltr" className="scanned-text">
      {visible(text)}
    </bdo>
  )
}

function differenceOf(columns: ReturnType<typeof columnsOf>, { t }: Words): string {
  const [only, ...others] = columns.filter(({ differs }) => differs)
  return only?.read === undefined || only.expected === undefined || others.length > 0
    ? t('put.differsMarked')
    : t('put.differs', { read: only.read, expected: only.expected })
}

function detailOf(
  scan: ShownScan,
  receive: TopicState<'receive'> | undefined,
  { t }: Words,
): string | undefined {
  if (scan.verdict === 'extra') return t('put.goesHome')
  if (scan.return !== undefined && scan.count !== undefined) return t('count.ofTotal', scan.count)
  const tray = receive?.arrival?.trays.find(({ letter }) => letter === scan.tray)
  if (tray !== undefined && tray.job === scan.job)
    return t('put.jobCount', { job: tray.job, count: t('count.ofTotal', tray.count) })
  return scan.job
}

function Waiting({ scan }: { readonly scan: WaitingScan }) {
  const { t } = useWords()
  return (
    <section className="stage stage-waiting" role="status" aria-label={t('stage.label')}>
      <Word scan={scan.scan} word={t('verdict.waiting')} shape={<WaitShape size="verdict" />} />
      <div className="what">
        <ScannedText text={scan.text} />
        <Why words={t('stage.waitingWhy')} />
      </div>
      <Plate put={{ to: 'hand' }} keep={t('put.notYetCounted')} next={t('stage.waitForEngine')} />
    </section>
  )
}

function Failed({ failed }: { readonly failed: FailedScan }) {
  const { t, named, trouble } = useWords()
  const { code, sentence } = failed.failure
  const why = sentence === '' ? (named('failure', code) ?? t('failure.unknown', { code })) : trouble(sentence)
  return (
    <section className="stage stage-stop" role="status" aria-label={t('stage.label')}>
      <Code text={code} />
      <Word
        scan={failed.scan}
        word={t('verdict.failed')}
        shape={<Shape family="stop" glyph="cross" size="verdict" onFlood />}
      />
      <div className="what">
        <ScannedText text={failed.text} />
        <Why words={why} />
      </div>
      <Plate put={{ to: 'hand' }} next={t('stage.scanAgain')} />
    </section>
  )
}
