import type { TopicState } from '../../../src/contract/screen.ts'
import { useTopic } from '../../engine.ts'
import { Empty } from '../../parts/empty.tsx'
import { Outside, Serial } from '../../parts/serial.tsx'
import { usePreferences } from '../../preferences.ts'
import { languages } from '../../words/languages.ts'
import { useWords } from '../../words/use-words.ts'
import { Choice } from './choice.tsx'
import { PeopleCard } from './people-card.tsx'
import { PrinterCard } from './printer-card.tsx'
import { ServiceCard } from './service-card.tsx'
import { Pairs, SettingCard } from './setting-card.tsx'
import { SheetCard } from './sheet-card.tsx'

/** Is anything here not ready, and who is to blame: scanner, printer, storage or service? */
export function Station() {
  const { t } = useWords()
  const station = useTopic('station')
  if (station === undefined) return <Empty title={t('ready.asking')} means={t('station.scannerHelp')} />
  return (
    <div className="station">
      <ScannerCard scanner={station.scanner} />
      <PrinterCard printer={station.printer} />
      <StorageCard storage={station.storage} />
      <ServiceCard {...station} />
      <PeopleCard person={station.person} role={station.role} />
      <SheetCard />
      <LanguageCard person={station.person} />
      <AboutCard station={station} />
    </div>
  )
}

function ScannerCard({ scanner: { heardAt } }: Pick<TopicState<'station'>, 'scanner'>) {
  const { t, formats } = useWords()
  const last = useTopic('receive')?.last
  return (
    <SettingCard
      title={t('station.scanner')}
      state={
        heardAt === undefined
          ? { mark: 'waiting', words: t('station.notHeard') }
          : { mark: 'good', words: t('station.heard', { time: formats.timeWithSeconds(heardAt) }) }
      }
    >
      <p className="setting-lead">{t('station.scannerHelp')}</p>
      <p>{t('station.scannerWrong')}</p>
      {last !== undefined && (
        <Pairs pairs={[[t('station.lastText'), <Serial key="text" text={last.text} />]]} />
      )}
    </SettingCard>
  )
}

function StorageCard({ storage: { name, ready, trouble: why } }: Pick<TopicState<'station'>, 'storage'>) {
  const { t, trouble } = useWords()
  return (
    <SettingCard
      title={t('station.storage')}
      state={{ mark: ready ? 'good' : 'trouble', words: t(ready ? 'station.taking' : 'station.notReady') }}
    >
      <Pairs pairs={[[t('station.account'), <Outside key="name" text={name || t('station.none')} />]]} />
      <p className={why === undefined ? undefined : 'setting-trouble'}>
        {why === undefined ? t('station.storageHelp') : trouble(why)}
      </p>
    </SettingCard>
  )
}

function LanguageCard({ person }: { readonly person: string }) {
  const { t } = useWords()
  const { appearance, choose, language, speak } = usePreferences()
  return (
    <SettingCard
      title={t('station.language')}
      aside={
        <p className="card-state">
          <Outside text={person} />
        </p>
      }
    >
      <Choice
        label={t('station.follows')}
        options={languages.map(({ code, name, tag }) => ({ value: code, words: name, lang: tag }))}
        value={language}
        onChoose={speak}
      />
      <Choice
        label={t('station.appearance')}
        options={[
          { value: 'system', words: t('station.appearanceSystem') },
          { value: 'light', words: t('station.appearanceLight') },
          { value: 'dark', words: t('station.appearanceDark') },
        ]}
        value={appearance}
        onChoose={(value) => choose(value === 'light' || value === 'dark' ? value : 'system')}
      />
    </SettingCard>
  )
}

function AboutCard({ station }: { readonly station: TopicState<'station'> }) {
  const { t, trouble } = useWords()
  const { warnings } = station
  return (
    <SettingCard
      title={t('station.about')}
      {...(warnings.length === 0
        ? {}
        : { state: { mark: 'trouble' as const, words: t('station.warnings') } })}
    >
      <Pairs
        pairs={[
          [t('station.stationName'), <Outside key="station" text={station.station} />],
          [t('station.site'), <Outside key="site" text={station.site} />],
          [t('station.person'), <Outside key="person" text={station.person || t('frame.nobody')} />],
          [t('station.mode'), t(station.practice ? 'station.practice' : 'station.real')],
        ]}
      />
      {warnings.length === 0 ? (
        <p>{t('station.noWarnings')}</p>
      ) : (
        <ul className="setting-warnings">
          {warnings.map((warning) => (
            <li key={warning}>{trouble(warning)}</li>
          ))}
        </ul>
      )}
    </SettingCard>
  )
}
