import { useId, useMemo, useState } from 'react'
import { useConnection, useTopic } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Code, Outside, Serial } from '../../parts/serial.tsx'
import { saveFile } from '../../system/save-file.ts'
import { useWords } from '../../words/use-words.ts'
import { useCall } from '../jobs/use-call.ts'

const KINDS = ['all', 'scans', 'drives', 'boxes', 'cases', 'people'] as const

/** What happened at this station, newest first: searched by any last characters, and taken along as a file. */
export function Journal() {
  const words = useWords()
  const { t, named, formats, speak } = words
  const connection = useConnection()
  const [search, setSearch] = useState('')
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all')
  const [saved, setSaved] = useState('')
  const searchId = useId()
  const args = useMemo(() => ({ search: search.trim(), kind }), [search, kind])
  const newest = useTopic('receive')?.last?.scan
  const { asked } = useCall('journal.read', args, newest)
  const save = (format: 'csv' | 'json') => {
    void connection.call('journal.export', { ...args, format }).then((outcome) => {
      if (!outcome.ok) return setSaved(outcome.failure.sentence)
      saveFile(`journal.${format}`, outcome.answer.text)
      setSaved(t('journal.saved', { count: outcome.answer.entries }))
    })
  }
  return (
    <div className="journal">
      <div className="card journal-head">
        <label htmlFor={searchId}>{t('journal.search')}</label>
        <input
          id={searchId}
          value={search}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setSearch(event.target.value)}
        />
        <ul className="journal-kinds" aria-label={t('journal.kind')}>
          {KINDS.map((one) => (
            <li key={one}>
              <Button kind={one === kind ? 'main' : 'plain'} onPress={() => setKind(one)}>
                {t(`journal.kinds.${one}`)}
              </Button>
            </li>
          ))}
        </ul>
        <Button onPress={() => save('csv')}>{t('journal.csv')}</Button>
        <Button onPress={() => save('json')}>{t('journal.json')}</Button>
        <p className="setting-answer" role="status">
          {saved}
        </p>
      </div>
      {asked.at === 'answered' && asked.answer.drives.length > 0 && (
        <ul className="card journal-drives" aria-label={t('journal.explained')}>
          {asked.answer.drives.map(({ drive, say }) => (
            <li key={drive}>
              <Serial text={drive} /> {speak('say', say)}
            </li>
          ))}
        </ul>
      )}
      <section
        className="card board"
        aria-label={t('room.journal')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
        tabIndex={0}
      >
        {asked.at === 'asking' && <p>{t('journal.reading')}</p>}
        {asked.at === 'failed' && <p>{asked.failure.sentence}</p>}
        {asked.at === 'answered' && asked.answer.lines.length === 0 && (
          <Empty title={t('journal.emptyTitle')} means={t('journal.emptyMeans')} />
        )}
        {asked.at === 'answered' && asked.answer.lines.length > 0 && (
          <table className="journal-lines">
            <tbody>
              {asked.answer.lines.map((line) => (
                <tr key={line.id}>
                  <td>{`${formats.day(line.at)} ${formats.timeWithSeconds(line.at)}`}</td>
                  <td>{named('story', line.say.name, line.say.facts) ?? <Code text={line.say.name} />}</td>
                  <td>
                    <Outside text={line.text} />
                  </td>
                  <td>
                    <Outside text={line.by} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  )
}
