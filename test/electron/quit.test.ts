import { describe, expect, it } from 'vitest'
import type { TopicState } from '../../src/contract/screen.ts'
import { ok } from '../../src/lifecycle/outcome.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import { eventually } from '../host/eventually.ts'
import { openShell } from './shell.ts'
import { StandInEvent } from './stand-in.ts'

type Bay = TopicState<'bays'>['bays'][number]

const bay = (phase: Bay['phase']): Bay => ({
  bay: '1',
  plugged: true,
  phase,
  curve: [],
  needsHand: false,
  next: { name: 'wait', facts: {} },
})

/** A shell whose engine copies as many drives as there are phases. */
async function shellThatCopies(...phases: Bay['phase'][]) {
  const engine = new FakeScreenEngine()
  const closed: string[] = []
  const shell = await openShell({
    start: () =>
      ok({
        screen: engine,
        async close() {
          closed.push('engine')
        },
      }),
  })
  await eventually(() => shell.standIn.processes[0]?.listenerCount('message')).toBe(1)
  const copying = (...now: Bay['phase'][]) => engine.change('bays', { bays: now.map(bay) })
  copying(...phases)
  const { standIn } = shell
  const settled = async (blocked: boolean) => eventually(() => standIn.blockers.size > 0).toBe(blocked)
  return { ...shell, engine, closed, copying, settled }
}

describe('while drives are being copied', () => {
  it('the machine does not sleep; after it, it may', async () => {
    const { standIn, copying, settled } = await shellThatCopies('copying', 'free')
    await settled(true)

    copying('proving', 'opening')
    copying('done', 'copying')
    await settled(true)
    expect(standIn.blocked).toEqual(['prevent-app-suspension'])
    copying('done', 'held')
    await settled(false)

    copying('opening')
    await settled(true)
    expect(standIn.blocked).toHaveLength(2)
  })

  it('it may sleep again when the engine is gone', async () => {
    const { standIn, settled } = await shellThatCopies('copying')
    await settled(true)

    standIn.processes[0]?.end(1)

    await settled(false)
  })

  it.each<[string, (shell: Awaited<ReturnType<typeof shellThatCopies>>) => void]>([
    ['quitting', ({ standIn }) => standIn.app.quit()],
    ['closing the window', ({ window }) => window.emit('close', new StandInEvent())],
  ])('%s asks first, and goes on when the answer is to stay', async (_what, quit) => {
    const shell = await shellThatCopies('copying', 'proving')
    const { standIn, settled, closed } = shell
    await settled(true)

    quit(shell)
    quit(shell)
    expect(standIn.asked).toHaveLength(1)
    expect(standIn.asked[0]?.options).toMatchObject({
      message: 'Quit while 2 drives are being copied?',
      buttons: ['Keep copying', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    })
    standIn.asked[0]?.answer(0)
    await Promise.resolve()
    expect([standIn.app.hasQuit, closed]).toEqual([false, []])

    await eventually(() => {
      quit(shell)
      return standIn.asked.length
    }).toBe(2)
    standIn.asked[1]?.answer(1)
    await eventually(() => standIn.app.hasQuit).toBe(true)
    expect(closed).toEqual(['engine'])
  })

  it('the system is asked to wait with going down', async () => {
    const { standIn, window, settled, copying } = await shellThatCopies('copying')
    await settled(true)
    const held = () => {
      const [shutdown, sessionEnd] = [new StandInEvent(), new StandInEvent()]
      standIn.electron.powerMonitor.emit('shutdown', shutdown)
      window.emit('query-session-end', sessionEnd)
      return [shutdown.defaultPrevented, sessionEnd.defaultPrevented]
    }

    expect(held()).toEqual([true, true])
    copying('done')
    await settled(false)
    expect(held()).toEqual([false, false])
  })
})

describe('while nothing is copied', () => {
  it('quitting asks nothing, stops the engine in order and ends', async () => {
    const { standIn, closed, page } = await shellThatCopies('done', 'waiting', 'paused')
    const window = await (await page.connect()).hello()

    standIn.app.quit()
    expect(standIn.app.hasQuit).toBe(false)

    await eventually(() => standIn.app.hasQuit).toBe(true)
    expect([standIn.asked, closed, window.closed]).toEqual([[], ['engine'], true])
  })
})
