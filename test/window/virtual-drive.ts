/** A customer's drive that a test can plug in: prepared with our own tool, plugged by writing it into the list. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VirtualDrive } from '../../src/drives/virtual.ts'
import { result } from '../e2e/tallydock.ts'

export interface ListedDrive {
  readonly driveId: string
  readonly manifestFile: string
  readonly manifestHash: string
}

export interface CustomerDrive {
  readonly folder: string
  /** As the customer orders it. */
  readonly listed: ListedDrive
}

export async function customerDrive(
  parts: { readonly folder: string; readonly serial: string },
  files: Readonly<Record<string, Buffer | string>>,
): Promise<CustomerDrive> {
  const source = join(parts.folder, `source-${parts.serial}`)
  const folder = join(parts.folder, `drive-${parts.serial}`)
  mkdirSync(source)
  mkdirSync(folder)
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(source, name), bytes)
  const listed = await result<ListedDrive>([
    ...['prepare', source, '--drive', folder, '--drive-id', parts.serial, '--container', 'surveys'],
  ])
  return { folder, listed }
}

/** The slots of a dock whose drives are folders. */
export class VirtualSlots {
  readonly list: string
  #plugged: VirtualDrive[] = []

  constructor(folder: string) {
    this.list = join(folder, 'virtual-drives.json')
    this.#write()
  }

  plug(slot: string, serial: string, folder: string, more: Partial<VirtualDrive> = {}): void {
    this.#plugged.push({ slot, folder, serial, model: 'WDC WD40EFAX', sizeBytes: 4_000_787_030_016, ...more })
    this.#write()
  }

  unplug(slot: string): void {
    this.#plugged = this.#plugged.filter((drive) => drive.slot !== slot)
    this.#write()
  }

  #write(): void {
    writeFileSync(this.list, JSON.stringify(this.#plugged))
  }
}
