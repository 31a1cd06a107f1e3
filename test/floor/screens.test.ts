/** What the window is told and may ask about cases, people and the journal. */
import { expect, test } from 'vitest'
import { startScreens } from '../../src/station/screens/start-screens.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { Floor } from './floor.ts'
import { must } from './must.ts'

const BOX = '1Z84W5E70341829916'
const [A, B] = ['WX32DA0K4T7N', 'WX32DA0K9M2C'] as const

async function window() {
  const floor = await Floor.open()
  await floor.order('short', { drives: [A, B] })
  const dock = await floor.station()
  await dock.inStep()
  const screens = startScreens({
    station: dock.engine,
    clock: floor.clock,
    timers: systemTimers,
    ids: floor.ids,
    log: floor.log,
    env: {},
  })
  return { floor, dock, screens }
}

test('a case is shown with what can be done, by whom and when, and is worked from the window', async () => {
  const { floor, dock, screens } = await window()
  dock.twoPeople()
  dock.scans(BOX, A, 'TD-FINISH')
  const { state } = screens.topic('cases')
  expect(state.cases).toMatchObject([
    { reason: 'closed-short', drive: B, contact: { phone: '5550100142' }, log: [] },
  ])
  expect(state.cases[0]?.deeds[0]).toEqual({ deed: 'TD-ABSENT', who: 'two', wants: 'count' })
  const about = state.cases[0]?.id ?? ''
  const asked = must(
    await screens.call('deed.do', {
      scan: floor.ids.uuid(),
      command: 'TD-ABSENT',
      case: about,
      count: 1,
      words: 'Looked under the foam.',
    }),
  )
  expect(asked).toMatchObject({ verdict: 'look-up', say: { name: 'second-person-wanted' } })
  screens.changed()
  await dock.until(() => screens.topic('cases').state.second !== undefined)
  expect(screens.topic('cases').state).toMatchObject({
    second: { case: about, deed: 'TD-ABSENT' },
    cases: [{ log: [{ did: 'noted', by: 'Person 42', count: 1, words: 'Looked under the foam.' }] }],
  })
  dock.scan('TD-BADGE-43')
  screens.changed()
  await dock.until(() => screens.topic('cases').state.cases.length === 0)
  screens.stop()
})

test('a PIN typed in the window opens what only a supervisor may do, and is nowhere in the journal', async () => {
  const { floor, dock, screens } = await window()
  dock.badge('42', 'supervisor')
  dock.scan('TD-BADGE-42')
  expect(screens.topic('station').state).toMatchObject({ person: 'Person 42', role: 'operator' })
  must(await screens.call('person.pin', { scan: floor.ids.uuid(), pin: '4711' }))
  screens.changed()
  expect(screens.topic('station').state).toMatchObject({ person: 'Person 42', role: 'supervisor' })
  await dock.inStep()
  const journal = JSON.stringify(await floor.journal())
  expect(journal).not.toContain('4711')
  expect(journal, 'a name is in no entry').not.toContain('Person 42')
  screens.stop()
})

test('the journal is found by the last four characters, explained in a sentence, and saved safely', async () => {
  const { screens, dock } = await window()
  dock.scans(BOX, A, '=cmd()')
  const found = must(await screens.call('journal.read', { search: A.slice(-4), kind: 'all' })) as {
    lines: { text: string }[]
    drives: unknown[]
  }
  expect(found.lines.length).toBeGreaterThan(0)
  expect(found.lines.every(({ text }) => text.includes(A))).toBe(true)
  expect(found.drives).toMatchObject([{ drive: A, say: { name: 'found-tray', facts: { place: 'A' } } }])
  const csv = must(await screens.call('journal.export', { search: '', kind: 'scans', format: 'csv' })) as {
    text: string
    entries: number
  }
  expect(csv.entries).toBe(3)
  expect(csv.text).toContain("'=cmd()")
  const people = must(await screens.call('journal.read', { search: '', kind: 'people' })) as {
    lines: unknown[]
  }
  expect(people.lines).toEqual([])
  screens.stop()
})

test('the command sheet is printed in each language', async () => {
  const { screens, dock } = await window()
  for (const language of ['en', 'nl', 'sv', 'fr'] as const)
    expect(must(await screens.call('paper.print', { paper: 'command-sheet', language }))).toMatchObject({
      state: 'confirmed',
    })
  expect(await dock.paper(/^command-sheet-sv/)).toContain('Kommandoblad')
  expect(await dock.paper(/^command-sheet-fr/)).toContain('Feuille de commandes')
  screens.stop()
})
