import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { StationConfig } from '../../src/contract/config.ts'
import { result } from './tallydock.ts'

/** A dock of one machine in a temporary folder, gone when the test is, or when `atEnd` says. */
export interface TestDock {
  readonly folder: string
  /** The station's data folder. */
  readonly data: string
  configure(settings: Partial<StationConfig>): void
  /** PUT and, unless told otherwise, PATCH to Shipping. */
  order(order: TestOrder): Promise<void>
  job(name: string): Promise<JobResource>
}

export interface TestOrder {
  readonly name: string
  readonly drives: readonly TestDrive[]
  readonly tracking?: string
  readonly shipped?: boolean
  readonly properties?: Record<string, unknown>
  readonly tags?: Record<string, string>
}

export interface TestDrive {
  readonly driveId: string
  readonly manifestFile?: string
  readonly manifestHash?: string
}

export interface JobResource {
  readonly name: string
  readonly properties: {
    readonly state: string
    readonly percentComplete: number
    readonly driveList: readonly {
      readonly driveId: string
      readonly state: string
      readonly copyStatus?: string
      readonly errorLogUri?: string
      readonly bytesSucceeded?: number
    }[]
    readonly returnPackage?: {
      readonly carrierName: string
      readonly trackingNumber: string
      readonly driveCount: number
    }
  }
}

/** MD5 of nothing: for drives that a test never copies. */
const NO_MANIFEST = 'D41D8CD98F00B204E9800998ECF8427E'

export function testDock(atEnd: (clear: () => void) => void = onTestFinished): TestDock {
  const folder = mkdtempSync(join(tmpdir(), 'tallydock-e2e-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'dock')
  let config: StationConfig = {
    station: 'dock-1',
    site: 'homedock',
    sender: { name: 'Home Dock', lines: ['8 Slipway Street', '40817 Elverhaven'] },
    servicePort: 0,
    storageAccounts: {},
    defaultStorage: `folder:${join(folder, 'storage')}`,
    proof: 'manifest',
    copiesAtOnce: 4,
    bays: {},
    loopDrives: [],
  }
  return {
    folder,
    data,
    configure(settings) {
      config = { ...config, ...settings }
      writeFileSync(join(data, 'config.json'), JSON.stringify(config))
    },
    async order({ name, drives, tracking = '1Z84W5E70341829916', shipped = true, properties = {}, tags }) {
      const file = join(folder, `${name}.json`)
      writeFileSync(
        file,
        JSON.stringify({
          name,
          location: 'Home Dock',
          ...(tags === undefined ? {} : { tags }),
          properties: {
            storageAccountId:
              '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/larkfield',
            jobType: 'Import',
            logLevel: 'Verbose',
            returnAddress: {
              recipientName: 'Larkfield Imaging',
              streetAddress1: '14 Quayside Row',
              city: 'Hull',
              postalCode: 'HU1 1NQ',
              countryOrRegion: 'United Kingdom',
              phone: '5550100142',
              email: 'dock@larkfield.example',
            },
            returnShipping: { carrierName: 'UPS', carrierAccountNumber: '700011122' },
            driveList: drives.map((drive) => ({
              manifestFile: '\\DriveManifest.xml',
              manifestHash: NO_MANIFEST,
              ...drive,
            })),
            ...properties,
          },
        }),
      )
      await result(['jobs', 'put', file, '--data', data])
      if (shipped)
        await result(['jobs', 'ship', name, '--carrier', 'UPS', '--tracking', tracking, '--data', data])
    },
    job: (name) => result<JobResource>(['jobs', 'get', name, '--data', data]),
  }
}
