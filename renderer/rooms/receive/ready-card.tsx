import type { TopicState } from '../../../src/contract/screen.ts'
import { useTopic } from '../../engine.ts'
import { CheckMark } from '../../parts/check-mark.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { TypeCode, type Typing } from './type-code.tsx'

interface Check {
  readonly name: string
  readonly means: string
  readonly state: 'good' | 'waiting' | 'trouble'
}

/** Before the first box: is everything here that will be needed? `typing` where nothing else offers to type a code. */
export function ReadyCard({ typing }: { readonly typing: Typing | undefined }) {
  const words = useWords()
  const { t } = words
  const station = useTopic('station')
  const expected = useTopic('receive')?.expected
  const checks = station === undefined ? [] : checksOf(station, expected ?? { jobs: 0, drives: 0 }, words)
  return (
    <aside className="card ready">
      <h2>{t('ready.title')}</h2>
      {checks.length === 0 ? (
        <p>{t('ready.asking')}</p>
      ) : (
        <ul className="checks">
          {checks.map(({ name, means, state }) => (
            <li key={name}>
              <CheckMark state={state} />
              <p>
                <b>{name}</b>
                <span>{means}</span>
              </p>
            </li>
          ))}
        </ul>
      )}
      {typing !== undefined && (
        <footer>
          <TypeCode typing={typing} />
        </footer>
      )}
    </aside>
  )
}

function checksOf(
  { scanner, printer, storage, service }: TopicState<'station'>,
  expected: TopicState<'receive'>['expected'],
  { t, trouble, formats }: Words,
): Check[] {
  const means = (good: boolean, well: string, why: string | undefined): Pick<Check, 'means' | 'state'> =>
    good
      ? { means: well, state: 'good' }
      : { means: why === undefined ? t('ready.notReady') : trouble(why), state: 'trouble' }
  const heard = scanner.heardAt
  const inStep = service.state === 'in-step'
  return [
    {
      name: t('ready.scanner'),
      ...(heard === undefined
        ? { means: t('ready.scannerNotHeard'), state: 'waiting' }
        : { means: t('ready.scannerHeard', { time: formats.timeWithSeconds(heard) }), state: 'good' }),
    },
    {
      name: t('ready.printer'),
      ...means(printer.ready, t('ready.printerReady', { name: printer.name }), printer.trouble),
    },
    {
      name: t('ready.storage'),
      ...means(storage.ready, t('ready.storageReady', { name: storage.name }), storage.trouble),
    },
    service.state === 'starting'
      ? { name: t('ready.service'), means: t('service.starting'), state: 'waiting' }
      : {
          name: t('ready.service'),
          ...means(inStep, t('service.in-step'), service.trouble ?? t(`service.${service.state}`)),
        },
    {
      name: t('ready.expected'),
      means: t('ready.expectedDrives', {
        jobs: t('ready.jobs', { count: expected.jobs }),
        drives: t('count.drives', { count: expected.drives }),
      }),
      state: expected.jobs > 0 ? 'good' : 'waiting',
    },
  ]
}
