import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { VerdictLine } from '../../src/contract/verdict-line.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import type { CaseReason, CaseRecord } from '../../src/lifecycle/records.ts'
import { JOB_STATES } from '../../src/lifecycle/states.ts'
import type { Given } from '../../src/station/receive-scan.ts'
import type { Station } from '../../src/station/start-station.ts'
import { printed } from '../labels/read-back.ts'
import type { Floor } from './floor.ts'
import { must } from './must.ts'
import type { Wire } from './wire.ts'

/** An operator with a scanner at one station. */
export class Dockside {
  readonly floor: Floor
  readonly engine: Station
  #closed: Promise<void> | undefined

  readonly dataDir: string
  readonly #wire: Wire

  constructor(floor: Floor, engine: Station, dataDir: string, wire: Wire) {
    this.floor = floor
    this.engine = engine
    this.dataDir = dataDir
    this.#wire = wire
  }

  scan(text: string, given?: Given): VerdictLine {
    return this.engine.receiveScan(text, this.floor.ids.uuid(), 'operator', given)
  }

  /** Scans one after the other; answers the last verdict. */
  scans(...texts: readonly string[]): VerdictLine {
    const verdicts = texts.map((text) => this.scan(text))
    const last = verdicts.at(-1)
    if (last === undefined) throw new Error('Nothing was scanned.')
    return last
  }

  /** Gives a person a badge; supervisors have the PIN 4711. */
  badge(badge: string, role: 'operator' | 'supervisor' = 'operator'): void {
    must(
      this.engine.badges.put(
        { badge, name: `Person ${badge}`, role },
        role === 'supervisor' ? '4711' : undefined,
        this.floor.ids,
      ),
    )
  }

  /** A supervisor signs in with badge and PIN; a second person has badge 43. */
  twoPeople(): void {
    this.badge('42', 'supervisor')
    this.badge('43')
    this.scans('TD-BADGE-42', 'TD-PIN-4711')
  }

  /** The one open case of this reason. */
  caseOf(reason: CaseReason): CaseRecord {
    const found = this.cases(reason)
    const [only] = found
    if (only === undefined || found.length > 1) throw new Error(`${found.length} open cases "${reason}".`)
    return only
  }

  cases(reason?: CaseReason): CaseRecord[] {
    const { ledger } = this.engine
    const open = (['open', 'waiting'] as const).flatMap((state) => ledger.find('case', 'state', state))
    return reason === undefined ? open : open.filter((one) => one.reason === reason)
  }

  /** Does something about a case, as the Cases room does. */
  deed(code: string, about: CaseRecord, given: Omit<Given, 'case'> = {}): VerdictLine {
    return this.scan(code, { case: about.id, ...given })
  }

  /** Says that a job's drives cannot be sent back as things are; answers its case. */
  openReturnCase(job: string): CaseRecord {
    expect(this.scan('TD-NORETURN', { job: this.jobId(job) }).verdict).toBe('command')
    return this.caseOf('unreturnable')
  }

  jobId(name: string): string {
    const { ledger } = this.engine
    const found = JOB_STATES.flatMap((state) => ledger.find('job', 'state', state)).find(
      (job) => job.name === name,
    )
    if (found === undefined) throw new Error(`Station ${ledger.station} knows no job ${name}.`)
    return found.id
  }

  /** The text of a paper in the folder of prints. */
  async paper(name: RegExp): Promise<string> {
    await this.engine.printing.idle()
    await this.engine.papers.idle()
    const folder = join(this.dataDir, 'labels')
    const file = readdirSync(folder).find((one) => name.test(one))
    if (file === undefined) throw new Error(`No paper ${name} among ${readdirSync(folder).join(', ')}.`)
    return (await printed(readFileSync(join(folder, file)), 72)).map((page) => page.text).join('\n')
  }

  where(serial: string): string {
    return this.engine.ledger.get('custody', serial)?.state ?? 'away'
  }

  /** The service is out of reach until the wire is joined again. */
  cut(): void {
    this.#wire.cut()
  }

  join(): void {
    this.#wire.join()
  }

  /** Until the service has answered for every scan and this station has heard all there is. */
  async inStep(): Promise<void> {
    const { ledger } = this.engine
    for (let turn = 0; turn < 500; turn++) {
      const { changes } = await this.floor.changesAfter(ledger.station, ledger.cursor())
      if (ledger.unsentCount() === 0 && changes.length === 0) return
      this.engine.exchangeNow()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(
      `Station ${ledger.station} never came in step: ${JSON.stringify(this.engine.syncStatus())}`,
    )
  }

  /** Until something is true that the station does by itself. */
  async until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < 1_000; turn++) {
      if (isSo()) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error('It never became so.')
  }

  /** What an export that has filled a drive writes down. */
  filled(job: string, serial: string): void {
    const copy = this.floor.ids.uuid()
    const blobs = { total: 1, completed: 1, withErrors: 0, failed: 0 }
    this.tell(
      {
        kind: 'copy-began',
        body: { copy, job: this.jobId(job), serial, direction: 'export', proof: 'manifest' },
      },
      { kind: 'copy-moved', body: { copy, move: 'began' } },
      {
        kind: 'copy-ended',
        body: {
          copy,
          status: 'Completed',
          driveStatus: 'Completed',
          errors: false,
          copyStatus: 'Completed',
          bytesSucceeded: 24,
          blobs,
        },
      },
    )
  }

  /** What another part of the station writes down. */
  tell(...events: readonly LifeEvent[]): void {
    const written = must(this.engine.ledger.decide({}, 'station', () => ({ events, result: undefined })))
    expect(written.refusedHere).toEqual([])
  }

  /** Packs these drives, closes the box and hands it to the carrier; answers the last verdict. */
  sendHome(serials: readonly string[], carrierNumber: string): VerdictLine {
    this.scan('TD-PACK')
    const packed = this.scans(...serials)
    expect(packed.verdict, packed.sentence).toBe('label-printed')
    this.scan(packed.return ?? '')
    return this.scan(carrierNumber)
  }

  close(): Promise<void> {
    this.#closed ??= this.engine.close()
    return this.#closed
  }
}
