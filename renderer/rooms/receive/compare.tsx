import type { ShownScan } from '../../../src/contract/screen.ts'
import { useWords } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'
import { align, type Column } from './align.ts'

const EMPHASISED = 4

export function columnsOf(scan: ShownScan): Column[] {
  const { misread } = scan
  if (misread === undefined) return []
  return align(visible(scan.drive ?? scan.text), visible(misread.expected), misread.positions)
}

/** A misread above the serial that was expected, with the difference marked in both. */
export function Compare({ columns }: { readonly columns: readonly Column[] }) {
  const { t } = useWords()
  const tail = columns.length - EMPHASISED
  const rows = [
    { name: t('stage.scanned'), kind: 'read', pick: (column: Column) => column.read },
    { name: t('stage.expected'), kind: 'expected', pick: (column: Column) => column.expected },
  ] as const
  return (
    <div className="compare">
      {rows.map(({ name, kind, pick }) => (
        <div key={kind} className="compare-row">
          <span className="compare-name">{name}</span>
          <bdo dir="ltr" className="compare-text">
            {columns.map((column, at) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                key={at}
                className={column.differs ? `differs differs-${kind}` : at >= tail ? 'tail' : undefined}
              >
                {pick(column) ?? '\u00a0'}
              </span>
            ))}
          </bdo>
        </div>
      ))}
    </div>
  )
}
