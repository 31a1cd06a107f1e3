import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryNotes } from '../../src/labels/notes.ts'
import { queuePrinter } from '../../src/labels/queue-printer.ts'
import type { ProgramResult, RunProgram } from '../../src/labels/run-program.ts'
import { windowsSpooler } from '../../src/labels/windows-spooler.ts'
import { FakeClock } from '../fakes/clock.ts'
import { job, text } from '../suites/printer.ts'
import { answered } from './answered.ts'

/**
 * What Windows is asked and how its answers are read. PowerShell itself is not here: its answers are fixtures, so this
 * shows nothing about the script that runs there.
 */

type Answer = { state: string; entry?: string; detail?: string }
const QUEUE = 'Zebra ZD421 (bench 2)'

interface Asked {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The document as it lay there while Windows was asked. */
  readonly file: { readonly text: string; readonly mode: number } | undefined
}

function windows(...answers: (Answer | ProgramResult)[]) {
  const asked: Asked[] = []
  const run: RunProgram = async (program, args, { env = {} } = {}) => {
    expect(program).toBe('powershell.exe')
    const path = env.TALLYDOCK_PRINT_FILE
    const file = path && { text: readFileSync(path, 'utf8'), mode: statSync(path).mode & 0o777 }
    asked.push({ args, env, file: file || undefined })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === undefined || 'kind' in answer) return answer ?? { kind: 'missing' }
    const stdout = `\ufeff${JSON.stringify({ entry: '', detail: '', ...answer })}\r\n`.slice(1)
    return { kind: 'ended', exitCode: 0, stdout, stderr: '' }
  }
  return { asked, answers, spooler: windowsSpooler(QUEUE, run) }
}

describe('a queue of Windows', () => {
  it('is handed the document in a file that only we may read and that is gone afterwards', async () => {
    const { asked, spooler } = windows({ state: 'submitted', entry: '12' })

    const outcome = await spooler.submit(job({ bytes: text('%PDF'), copy: 2 }))

    expect(outcome).toEqual({ ok: true, value: `${QUEUE}#12` })
    const [submitted] = asked
    const { env = {}, file } = submitted ?? {}
    expect(env).toMatchObject({
      TALLYDOCK_PRINT_DO: 'submit',
      TALLYDOCK_PRINT_QUEUE: QUEUE,
      TALLYDOCK_PRINT_TITLE: 'return-TDR-2291-copy-2',
      TALLYDOCK_PRINT_FORMAT: 'pdf',
    })
    expect(file).toEqual({ text: '%PDF', mode: 0o600 })
    expect(existsSync(submitted?.env.TALLYDOCK_PRINT_FILE ?? 'x')).toBe(false)
  })

  it('never gets a name or a title as part of a command', async () => {
    const { asked, spooler } = windows({ state: 'submitted', entry: '12' })
    await spooler.submit(job({}))
    await spooler.look(`${QUEUE}#12`)
    await spooler.cancel(`${QUEUE}#12`)

    const [first] = asked
    for (const { args, env } of asked) {
      expect(args).toEqual(first?.args)
      expect(env.TALLYDOCK_PRINT_QUEUE).toBe(QUEUE)
    }
    expect(asked.map(({ env }) => env.TALLYDOCK_PRINT_ENTRY)).toEqual([undefined, '12', '12'])
    const script = Buffer.from(first?.args.at(-1) ?? '', 'base64').toString('utf16le')
    expect(script).not.toContain('Zebra')
    // A command line of Windows takes 32,767 characters.
    expect((first?.args ?? []).join(' ').length).toBeLessThan(30_000)
  })

  it.each([
    ['Printing, Retained', 'waiting', ''],
    ['Normal, PaperOut', 'stuck', 'is out of paper or labels. Load some'],
    ['Error, Offline', 'stuck', 'is off or not connected. Switch it on'],
    ['Paused', 'stuck', 'is paused. Let it go on'],
    ['Printing, DoorOpen', 'stuck', 'is open. Close it'],
    ['UserIntervention', 'stuck', 'reports an error. Look at the printer'],
  ])('reads %j as %s', async (detail, at, says) => {
    const { spooler } = windows({ state: 'there', entry: '12', detail })

    const state = await spooler.look(`${QUEUE}#12`)

    expect(state).toMatchObject({ ok: true, value: { at } })
    if (at === 'stuck')
      expect(state).toMatchObject({ value: { sentence: expect.stringContaining(`${QUEUE} ${says}`) } })
  })

  it('calls a document confirmed only when Windows said that it was printed', async () => {
    const sure = windows({ state: 'there', detail: 'Printed, Normal' }, { state: 'gone' })
    await sure.spooler.look(`${QUEUE}#12`)
    expect(await sure.spooler.look(`${QUEUE}#12`)).toEqual({ ok: true, value: { at: 'done', certain: true } })

    const unsure = windows({ state: 'gone' })
    expect(await unsure.spooler.look(`${QUEUE}#12`)).toEqual({
      ok: true,
      value: { at: 'done', certain: false },
    })
  })

  it('does not print twice what was printed after its trouble', async () => {
    const { asked, spooler, answers } = windows(
      { state: 'submitted', entry: '12' },
      { state: 'there', detail: 'Offline' },
    )
    const clock = new FakeClock()
    const printer = queuePrinter({
      name: QUEUE,
      language: { format: 'pdf' },
      spooler,
      held: memoryNotes(),
      timers: clock,
    })
    const first = await answered(clock, printer.print(job({})))
    answers.push({ state: 'gone' })
    answers.shift()
    const second = await answered(clock, printer.print(job({})))

    expect(first.value).toMatchObject({ failure: { code: 'printer-offline' } })
    expect(second.value).toMatchObject({ ok: true, value: { state: 'sent' } })
    expect(asked.filter(({ env }) => env.TALLYDOCK_PRINT_DO === 'submit')).toHaveLength(1)
  })

  it.each([
    [
      'no such printer',
      { state: 'missing' },
      'printer-missing',
      /^There is no printer Zebra ZD421 \(bench 2\) in Windows\./,
    ],
    [
      'a driver that fails',
      { state: 'failed', detail: 'Access is denied' },
      'printer-refused',
      /did not take the document/,
    ],
    ['no PowerShell', { kind: 'missing' }, 'printer-missing', /^Windows PowerShell is not there/],
    ['no answer', { kind: 'timeout', timeoutMs: 1 }, 'printer-timeout', /did not answer/],
    [
      'words instead of an answer',
      { kind: 'ended', exitCode: 1, stdout: 'Nope', stderr: 'Nope' },
      'printer-refused',
      /did not take/,
    ],
    [
      'an answer of another kind',
      { kind: 'ended', exitCode: 0, stdout: '{"state":1}', stderr: '' },
      'printer-refused',
      /did not take/,
    ],
  ] as const)('tells %s', async (_, answer, code, sentence) => {
    const { spooler } = windows(answer)

    for (const outcome of [await spooler.submit(job({})), await spooler.look(`${QUEUE}#12`)])
      expect(outcome).toMatchObject({
        ok: false,
        failure: { code, sentence: expect.stringMatching(sentence) },
      })
  })
})
