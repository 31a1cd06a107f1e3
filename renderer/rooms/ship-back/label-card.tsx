import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { CheckMark } from '../../parts/check-mark.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Outside } from '../../parts/serial.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { type Box, isEarned } from './box-stand.ts'

/** The return label: what it will say, what it waits for, and whether it is on paper. */
export function LabelCard({ box }: { readonly box: Box }) {
  const words = useWords()
  const { t, trouble } = words
  const earned = isEarned(box)
  const { state } = box.print
  return (
    <aside className="card label-card">
      <div className="card-head">
        <h2>{t('ship.label')}</h2>
        <p className="card-state">
          <CheckMark
            state={!earned || state === 'queued' ? 'waiting' : state === 'failed' ? 'trouble' : 'good'}
          />
          {earned ? t(`ship.print.${state}`) : t('ship.notYet')}
        </p>
      </div>
      <Paper box={box} earned={earned} words={words} />
      {box.print.trouble !== undefined && <p className="label-trouble">{trouble(box.print.trouble)}</p>}
      <Checks box={box} words={words} />
      <PrintButton box={box} earned={earned} />
    </aside>
  )
}

interface PartProps {
  readonly box: Box
  readonly words: Words
}

function Paper({ box, earned, words: { t } }: PartProps & { readonly earned: boolean }) {
  return (
    <div className={earned ? 'paper' : 'paper paper-locked'}>
      <div className="paper-print" aria-hidden={!earned}>
        <p className="paper-small">{t('ship.to')}</p>
        <p className="paper-address">
          {box.address.length === 0
            ? t('ship.noAddress')
            : box.address.map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line of an address is its place
                <span key={at}>
                  <Outside text={line} />
                </span>
              ))}
        </p>
        <hr />
        <p className="paper-carrier">
          {box.carrier === undefined ? t('ship.noCarrier') : <Outside text={box.carrier} />}
        </p>
        <hr />
        <p className="paper-small">{t('ship.boxOf')}</p>
        <p className="paper-number">{box.number}</p>
      </div>
      {!earned && (
        <div className="seal">
          <Icon name="lock" />
          <b>{t('ship.notEarned')}</b>
          {box.missing.length > 0 && <span>{t('ship.notEarnedMeans', { count: box.missing.length })}</span>}
        </div>
      )}
    </div>
  )
}

function Checks({ box, words: { t } }: PartProps) {
  const { packed, missing, copied, copiedClean, addressKnown, accountKnown, carrier } = box
  const drives = { received: packed.length, expected: packed.length + missing.length }
  const checks = [
    {
      name: t('ship.drivesIn'),
      state: missing.length === 0 && packed.length > 0 ? 'good' : 'waiting',
      figure: t('count.ofTotal', drives),
    },
    ...(copied === 0
      ? []
      : [
          {
            name: t('ship.copiedClean'),
            state: copiedClean === copied ? 'good' : 'trouble',
            figure: t('count.ofTotal', { received: copiedClean, expected: copied }),
          } as const,
        ]),
    {
      name: t('ship.addressKnown'),
      state: addressKnown ? 'good' : 'trouble',
      figure: addressKnown ? '' : t('ship.missingMark'),
    },
    {
      name: t('ship.accountKnown'),
      state: accountKnown ? 'good' : 'trouble',
      figure: accountKnown ? (carrier ?? '') : t('ship.missingMark'),
    },
  ] as const
  return (
    <ul className="label-checks" aria-label={t('ship.checks')}>
      {checks.map(({ name, state, figure }) => (
        <li key={name}>
          <CheckMark state={state} />
          <span>{name}</span>
          <b>
            <Outside text={figure} />
          </b>
        </li>
      ))}
    </ul>
  )
}

function PrintButton({ box, earned }: { readonly box: Box; readonly earned: boolean }) {
  const { t } = useWords()
  const connection = useConnection()
  const done = box.state === 'closed' || box.state === 'shipped'
  if (done || !earned || !box.active) {
    const waits =
      box.missing.length > 0
        ? t('ship.labelWaits', { count: box.missing.length })
        : t('ship.labelWaitsAddress')
    return (
      <p className="waits">
        <Icon name={done ? 'box' : 'lock'} />
        {done ? t('ship.labelDone') : waits}
      </p>
    )
  }
  return (
    <Button
      kind={box.prints > 0 ? 'plain' : 'main'}
      icon="print"
      onPress={() => connection.submitScan('TD-PRINT')}
    >
      {t(box.prints > 0 ? 'ship.printAgain' : 'ship.printNow')}
    </Button>
  )
}
