import { Ring } from '../../parts/ring.tsx'
import { Code, Outside } from '../../parts/serial.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { type Box, standOf } from './box-stand.ts'

/** The box in work: how many are in, and the one next step. */
export function BoxHead({ box }: { readonly box: Box }) {
  const words = useWords()
  const [title, next] = sentences(box, words)
  return (
    <section className="card box-head">
      <Ring received={box.packed.length} expected={box.packed.length + box.missing.length} />
      <div>
        <h2>{title}</h2>
        <p>{next}</p>
      </div>
      <div className="box-about">
        <b>{words.t('ship.return', { number: box.number })}</b>
        <span>{box.job === undefined ? words.t('ship.noJob') : <Outside text={box.job} />}</span>
        {box.jobState !== undefined && <Code text={box.jobState} />}
      </div>
    </section>
  )
}

function sentences(box: Box, { t }: Words): readonly [title: string, next: string] {
  const stand = standOf(box)
  const all = t('ship.allIn', { count: box.packed.length })
  switch (stand.at) {
    case 'empty':
      return [t('ship.empty'), t('ship.scanIn')]
    case 'missing':
      return [t('ship.missing', { count: stand.count }), t('ship.scanIn')]
    case 'lacks-address':
      return [all, t('ship.waitsForAddress')]
    case 'printing':
      return [all, t('ship.waitsForPrint')]
    case 'labelled':
      return [all, t('ship.labelOn')]
    case 'closed':
      return [t('ship.closedTitle'), t('ship.scanCarrier')]
    case 'shipped':
      return [t('ship.shippedTitle'), t('stage.scanNext')]
  }
}
