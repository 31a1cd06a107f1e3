/**
 * Twenty stations and a service with the worst network between them: 30 % of the requests lost, 30 % of the answers,
 * some delivered twice, some late and behind others. The stations run the real exchange. In the end the service's history
 * is the stations' journals, entry by entry, and every station has heard every other one exactly once. The large size is a
 * measurement: `node test/bench/run.ts exactly-once`.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { readSeed } from '../../build/test-run/seed.ts'
import type { PullResponse, PushResponse, WireEntry } from '../../src/contract/exchange.ts'
import { ok } from '../../src/lifecycle/outcome.ts'
import { exchange } from '../../src/sync/exchange.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import type { SyncLedger } from '../../src/sync/sync-ledger.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { LossyProxy } from '../fixtures/lossy-proxy.ts'
import { testDatabase } from '../fixtures/postgres/test-database.ts'
import { Lane, look, must, ServiceUnderTest } from './service-under-test.ts'

const STATIONS = 20
const ENTRIES_EACH = 60
const LOSSES = { requests: 0.3, answers: 0.3, twice: 0.15, late: 0.1 }

/** A station that keeps what it must in memory, and notes everything it hears. */
class Station implements SyncLedger {
  readonly station: string
  readonly journal: readonly WireEntry[]
  readonly heard: string[] = []
  #confirmed = 0
  #cursor = 0

  constructor(station: string, maker: number) {
    this.station = station
    const lane = new Lane(station, maker)
    this.journal = Array.from({ length: ENTRIES_EACH }, (_, i) => lane.write(look(`${station} ${i}`)))
  }

  unsent(limit: number) {
    // Few at a time: many pushes, much to lose.
    return this.journal
      .slice(this.#confirmed, this.#confirmed + Math.min(limit, 7))
      .map((wire, i) => ({ seq: this.#confirmed + i + 1, wire }))
  }

  answered({ answers, head }: PushResponse) {
    for (const { answer } of answers) expect(['accepted', 'known']).toContain(answer)
    expect(head.seq).toBeGreaterThanOrEqual(this.#confirmed)
    if (head.seq > 0) expect(head.hash).toBe(this.journal[head.seq - 1]?.hash)
    this.#confirmed = head.seq
    return ok({ again: 0 })
  }

  syncStopped() {
    return undefined
  }

  cursor() {
    return this.#cursor
  }

  receive(changes: PullResponse['changes'], cursor: number) {
    for (const change of changes) {
      expect(change.cursor).toBeGreaterThan(this.#cursor)
      this.heard.push(change.entry.text)
    }
    this.#cursor = cursor
    return ok(undefined)
  }

  get done(): boolean {
    return this.#confirmed === this.journal.length
  }
}

test.each(['SQLite', 'PostgreSQL'])('every entry is in the service exactly once, on %s', async (store) => {
  const seed = readSeed() ?? 1
  const database = store === 'SQLite' ? undefined : await testDatabase()
  const service = await ServiceUnderTest.open({}, database === undefined ? {} : { database: database.url })
  onTestFinished(async () => {
    await service.end()
    await database?.drop()
  })
  const proxy = await LossyProxy.before(
    await service.app.listen({ port: 0, host: '127.0.0.1' }),
    seed,
    LOSSES,
  )
  onTestFinished(() => proxy.close())
  const stations = Array.from({ length: STATIONS }, (_, i) => new Station(`dock-${i}`, 100 + i))

  const rounds = async (station: Station, until: () => boolean) => {
    const token = await service.token('station', station.station)
    const api = must(createHttpSyncApi({ url: proxy.url, token, timers: systemTimers }))
    while (!until()) {
      const end = await exchange(api, station, { greet: true })
      if (end.outcome === 'failed' && end.failure.code !== 'service-unreachable')
        throw new Error(end.failure.sentence)
      await pause(1)
    }
    api.close()
  }
  await Promise.all(stations.map((station) => rounds(station, () => station.done)))
  await proxy.deliverLate()
  const all = STATIONS * ENTRIES_EACH
  await Promise.all(
    stations.map((station) => rounds(station, () => station.heard.length >= all - ENTRIES_EACH)),
  )

  const told = await service.world.store.read((tx) => tx.changes({ after: 0, except: '', limit: 2 * all }))
  expect(told.map(({ cursor }) => cursor)).toEqual(Array.from({ length: all }, (_, i) => i + 1))
  for (const { station, journal, heard } of stations) {
    const texts = journal.map(({ text }) => text)
    const own = new Set(texts)
    const history = told.map(({ text }) => text)
    expect(history.filter((text) => own.has(text))).toEqual(texts)
    expect(heard, station).toEqual(history.filter((text) => !own.has(text)))
  }
  // The network was as bad as it was meant to be.
  const { counts } = proxy
  expect(counts.requestsLost / counts.requests).toBeGreaterThan(0.2)
  for (const what of ['answersLost', 'twice', 'late'] as const) expect(counts[what]).toBeGreaterThan(20)
})
