import { event } from '../../src/lifecycle/events.ts'
import { type Lane, PARCEL, type ServiceUnderTest } from './service-under-test.ts'

/** Events of a package, told by a station. */
export class Dock {
  readonly #service: ServiceUnderTest
  readonly lane: Lane
  readonly job: string
  readonly arrival: string

  constructor(service: ServiceUnderTest, lane: Lane, job: string, arrival = 'arrival-1') {
    this.#service = service
    this.lane = lane
    this.job = job
    this.arrival = arrival
  }

  /** Tells facts that the service must accept. */
  async tell(...happened: Parameters<Lane['write']>[0][]): Promise<void> {
    const { answers } = await this.push(...happened)
    const refused = answers.find(({ answer }) => answer !== 'accepted')
    if (refused !== undefined || answers.length < happened.length)
      throw new Error(
        `the service did not accept a fact: ${JSON.stringify([refused ?? answers, this.#service.log.lines.filter((line) => line.level === 'error')])}`,
      )
  }

  /** Tells facts, whatever the service makes of them; decided with all there is to know. */
  async push(...happened: Parameters<Lane['write']>[0][]) {
    this.lane.known = (await this.#service.pull(this.lane.station)).cursor
    return this.#service.push(
      this.lane.station,
      happened.map((one) => this.lane.write(one)),
    )
  }

  opened(tracking = PARCEL.trackingNumber) {
    return event('arrival-opened', {
      arrival: this.arrival,
      tracking,
      base: tracking,
      jobs: [this.job],
      blind: false,
    })
  }

  received(serial: string) {
    const { job, arrival } = this
    return event('drive-received', { job, serial, driveId: serial, arrival, tray: 'A', apart: false })
  }

  missed(serial: string) {
    return event('drive-missed', { job: this.job, serial, by: 'arrival' })
  }

  closed(short = false) {
    return event('arrival-closed', { arrival: this.arrival, short })
  }

  copied(serial: string, errors = false) {
    const copy = `copy-${serial}`
    return [
      event('copy-began', { copy, job: this.job, serial, direction: 'import', proof: 'manifest' }),
      event('copy-moved', { copy, move: 'began' }),
      event('copy-ended', {
        copy,
        status: errors ? 'CompletedMoreInfo' : 'Completed',
        driveStatus: 'Completed',
        errors,
        copyStatus: 'Completed',
        bytesSucceeded: 1_024,
        blobs: { total: 1, completed: errors ? 0 : 1, withErrors: 0, failed: errors ? 1 : 0 },
        errorLog: 'waimportexport/error.xml',
      }),
    ] as const
  }

  packed(...serials: string[]) {
    return [
      event('return-opened', { return: 'return-1', number: 'TDR-1', job: this.job }),
      ...serials.map((serial) => event('drive-packed', { return: 'return-1', serial })),
    ]
  }

  labelled() {
    return event('label-printed', { return: 'return-1', reprint: false })
  }

  sent() {
    return [
      event('return-closed', { return: 'return-1' }),
      event('return-shipped', { return: 'return-1', carrier: 'FedEx', tracking: '990000111222' }),
    ] as const
  }
}
