import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrintQueue, type PrintState, type WantedDocument } from '../../src/labels/print-queue.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import type { PrintFailureCode } from '../../src/ports/printer.ts'
import { FakeClock } from '../fakes/clock.ts'
import { type FakePrinter, fakePrinter } from '../fakes/printer.ts'
import { job } from '../suites/printer.ts'

function bench() {
  const clock = new FakeClock()
  const printer = fakePrinter()
  const told: [string, PrintState['state']][] = []
  const queue = new PrintQueue({ timers: clock, onState: ({ id }, { state }) => void told.push([id, state]) })
  return { clock, printer, queue, told }
}

function document(printer: FakePrinter, id: string, make?: WantedDocument['make']): WantedDocument {
  return { id, printer, make: make ?? (async () => ok(job({ id }))) }
}

const ids = (printer: FakePrinter) => printer.sheets.map(({ id }) => id)

describe('the print queue', () => {
  it('prints in the order of wishes, and says how each went', async () => {
    const { printer, queue, told } = bench()

    queue.add(document(printer, 'a'))
    queue.add(document(printer, 'b'))
    expect([queue.stateOf('a'), queue.stateOf('b'), queue.stateOf('c')]).toEqual([
      { state: 'queued' },
      { state: 'queued' },
      undefined,
    ])
    await queue.idle()

    expect(ids(printer)).toEqual(['a', 'b'])
    expect(queue.stateOf('a')).toEqual({ state: 'confirmed', where: 'paper a' })
    expect(told).toEqual([
      ['a', 'confirmed'],
      ['b', 'confirmed'],
    ])
  })

  it('tries again after 2 s, then twice as long each time up to a minute, and says so once', async () => {
    const { clock, printer, queue, told } = bench()
    printer.failWith('printer-offline')
    queue.add(document(printer, 'a'))
    await queue.idle()

    const waits: number[] = []
    for (let tries = 0; tries < 7; tries++) {
      const [wait = 0] = clock.waitsMs
      waits.push(wait)
      clock.advance(wait)
      await queue.idle()
    }

    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(queue.stateOf('a')).toMatchObject({ state: 'failed', code: 'printer-offline', again: true })
    expect(told).toEqual([['a', 'failed']])

    printer.failWith(undefined)
    clock.advance(60_000)
    await queue.idle()
    expect(ids(printer)).toEqual(['a'])
    expect(told.at(-1)).toEqual(['a', 'confirmed'])
  })

  it.each(['printer-missing', 'printer-offline', 'printer-timeout'] as const)(
    'tries %s again by itself',
    async (code) => {
      const { clock, printer, queue } = bench()
      printer.failOnce(code)
      queue.add(document(printer, 'a'))
      await queue.idle()
      clock.advance(2_000)
      await queue.idle()

      expect(ids(printer)).toEqual(['a'])
    },
  )

  it('leaves a refused document to a person, who may ask again', async () => {
    const { clock, printer, queue } = bench()
    printer.failOnce('printer-refused')
    queue.add(document(printer, 'a'))
    await queue.idle()
    expect(queue.stateOf('a')).toMatchObject({ state: 'failed', code: 'printer-refused', again: false })
    expect(clock.waitsMs).toEqual([])

    queue.add(document(printer, 'a'))
    await queue.idle()

    expect(ids(printer)).toEqual(['a'])
  })

  it('waits for what a document is made of', async () => {
    const { clock, printer, queue } = bench()
    let address: string | undefined
    const make = async () =>
      address === undefined ? fail('address-missing', 'No address. Wait.') : ok(job({ id: 'a' }))
    queue.add(document(printer, 'a', make))
    await queue.idle()
    expect(queue.stateOf('a')).toMatchObject({ state: 'failed', code: 'address-missing', again: true })

    address = '14 Quayside Row'
    clock.advance(2_000)
    await queue.idle()

    expect(ids(printer)).toEqual(['a'])
  })

  it('prints what waits at once when its printer has printed something else', async () => {
    const { clock, printer, queue } = bench()
    printer.failWith('printer-offline')
    for (const id of ['a', 'b']) queue.add(document(printer, id))
    await queue.idle()
    printer.failWith(undefined)

    queue.add(document(printer, 'c'))
    await queue.idle()

    expect(ids(printer)).toEqual(['c', 'a', 'b'])
    expect(clock.waitsMs).toEqual([])
  })

  it('does not let one printer hold up another', async () => {
    const { queue, printer } = bench()
    const stuck = { ...fakePrinter(), print: () => new Promise<never>(() => undefined) }
    queue.add(document(stuck, 'stuck'))

    queue.add(document(printer, 'free'))

    await expect.poll(() => ids(printer)).toEqual(['free'])
  })

  it('makes no paper of a document nobody wants any more', async () => {
    const { clock, printer, queue } = bench()
    queue.add(document(printer, 'a', async () => undefined))
    printer.failOnce('printer-offline')
    queue.add(document(printer, 'b'))
    await queue.idle()
    expect(queue.stateOf('a')).toBeUndefined()

    queue.withdraw('b')
    queue.withdraw('never there')
    clock.advance(600_000)
    await queue.idle()

    expect(ids(printer)).toEqual([])
    expect(printer.withdrawn).toEqual(['b'])
    expect(queue.stateOf('b')).toBeUndefined()
  })

  it('says that a document could not be made, and goes on with the next', async () => {
    const { clock, printer, queue } = bench()
    queue.add(document(printer, 'a', () => Promise.reject(new RangeError('no such font'))))
    queue.add(document(printer, 'b'))
    await queue.idle()

    expect(queue.stateOf('a')).toMatchObject({
      code: 'print-broke',
      again: false,
      detail: 'RangeError: no such font',
    })
    expect(ids(printer)).toEqual(['b'])
    expect(clock.waitsMs).toEqual([])
  })

  it('tries and tells nothing more once it is stopped, and lets its printer know', async () => {
    const { clock, queue, told, printer } = bench()
    let ending: AbortSignal | undefined
    const slow = {
      ...fakePrinter(),
      print: (_: unknown, signal?: AbortSignal) =>
        new Promise<ReturnType<typeof ok<{ state: 'sent'; where: string }>>>((resolve) => {
          ending = signal
          signal?.addEventListener('abort', () => resolve(ok({ state: 'sent', where: 'nowhere' })))
        }),
    }
    printer.failWith('printer-offline')
    queue.add(document(printer, 'a'))
    queue.add(document(slow, 'b'))
    await expect.poll(() => ending !== undefined && queue.stateOf('a')?.state === 'failed').toBe(true)

    await queue.stop()
    clock.advance(600_000)

    expect(clock.waitsMs).toEqual([])
    expect(told).toEqual([['a', 'failed']])
  })

  it('loses nothing and prints nothing twice, however a printer fails', async () => {
    const mishaps = fc.constantFrom<PrintFailureCode>('printer-missing', 'printer-offline', 'printer-timeout')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(mishaps, { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        async (plan) => {
          const { clock, queue } = bench()
          const left = new Map(plan.map((codes, at) => [`doc-${at}`, [...codes]]))
          const paper: string[] = []
          const moody = {
            ...fakePrinter(),
            async print({ id }: { readonly id: string }) {
              const code = left.get(id)?.shift()
              if (code !== undefined) return fail(code, 'Not now. Later.')
              paper.push(id)
              return ok({ state: 'confirmed' as const, where: id })
            },
          }
          for (const id of left.keys()) queue.add(document(moody, id))
          await queue.idle()
          while (clock.waitsMs.length > 0) {
            clock.advance(clock.waitsMs[0] ?? 0)
            await queue.idle()
          }

          expect(paper.toSorted()).toEqual([...left.keys()].toSorted())
        },
      ),
    )
  })
})
