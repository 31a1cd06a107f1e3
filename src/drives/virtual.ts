import { watch as watchFolder } from 'node:fs'
import { readFile, stat, statfs } from 'node:fs/promises'
import { basename, dirname, isAbsolute } from 'node:path'
import { z } from 'zod'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Device, Devices, OpenFailureCode, OpenVolume } from '../ports/devices.ts'
import { checkBitLockerKey } from './bitlocker-key.ts'

/**
 * Virtual drives: folders that behave like plugged disks, for practice and tests. A drive is plugged by adding an entry
 * to the list and unplugged by taking it out. Read-only is kept by never writing: the folder stands where it stood. An
 * export drive is the same folder, written to.
 */
export interface VirtualDrive {
  /** The bay it is plugged into; unique in the list. */
  readonly slot: string
  /** Absolute path of the folder that is the volume's root. */
  readonly folder: string
  /** What the drive says of itself; null hides it, as a USB adapter would. */
  readonly serial: string | null
  readonly model?: string | undefined
  /** Default: the size of the file system the folder lies on. */
  readonly sizeBytes?: number | undefined
  /** The BitLocker recovery key that opens it; absent: it is not locked. */
  readonly lockedWith?: string | undefined
  /** It gives no more bytes in a second than these; absent: what the folder gives. */
  readonly readBytesPerS?: number | undefined
}

/**
 * Where the list lives: a JSON file holding an array of entries, edited by anybody, or a list object edited by the
 * program that made it.
 */
export type VirtualSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'list'; readonly list: VirtualDriveList }

export interface VirtualDriveList {
  entries(): readonly VirtualDrive[]
  plug(drive: VirtualDrive): void
  unplug(slot: string): void
  onEdit(ring: () => void): { stop(): void }
}

export function createVirtualDriveList(initial: readonly VirtualDrive[] = []): VirtualDriveList {
  let drives = initial
  const rings = new Set<() => void>()
  const edit = (edited: readonly VirtualDrive[]) => {
    drives = edited
    for (const ring of rings) ring()
  }
  return {
    entries: () => drives,
    plug: (drive) => edit([...drives.filter(({ slot }) => slot !== drive.slot), drive]),
    unplug: (gone) => edit(drives.filter(({ slot }) => slot !== gone)),
    onEdit(ring) {
      rings.add(ring)
      return { stop: () => void rings.delete(ring) }
    },
  }
}

const FILE = z.array(
  z.strictObject({
    slot: z.string().min(1).max(64),
    folder: z.string().refine(isAbsolute, 'must be an absolute path'),
    serial: z.string().max(64).nullable(),
    model: z.string().max(64).optional(),
    sizeBytes: z.int().positive().optional(),
    lockedWith: z.string().optional(),
    readBytesPerS: z.int().positive().optional(),
  }),
)

export function createVirtualDevices(source: VirtualSource): Devices {
  const attachmentOf = attachments()

  const list = async (): Promise<Outcome<readonly Device[], 'listing-failed'>> => {
    const entries = await readEntries(source)
    if (!entries.ok) return entries
    const named = attachmentOf(entries.value)
    return ok(await Promise.all(named.map(({ drive, attachment }) => asDevice(drive, attachment))))
  }

  return {
    list,

    watch(ring) {
      if (source.kind === 'list') return source.list.onEdit(ring)
      const watcher = watchFolder(dirname(source.path), (_event, name) => {
        if (name === null || name === basename(source.path)) ring()
      })
      return { stop: () => watcher.close() }
    },

    async open(device, { bitLockerKey }) {
      const entries = await readEntries(source)
      if (!entries.ok) return fail('DiskOperationFailed', entries.failure.sentence, entries.failure.detail)
      const attached = attachmentOf(entries.value).find(({ attachment }) => attachment === device.attachment)
      if (attached === undefined)
        return fail('DiskNotFound', 'The drive is no longer plugged in; plug it in again.')
      const unlocked = unlock(attached.drive, bitLockerKey)
      return unlocked.ok ? openFolder(attached) : unlocked
    },

    async eject() {
      return ok()
    },

    async examine(device) {
      const listing = await list()
      const there = listing.ok && listing.value.some(({ attachment }) => attachment === device.attachment)
      return there
        ? ok({ health: 'unknown', reasons: [], findings: [], rawValues: [] })
        : fail('examination-failed', 'The drive was pulled out while it was examined.')
    },

    async prepareTarget(device, { target, encryption }) {
      if (target.attachment !== device.attachment)
        return fail(
          'DiskOperationFailed',
          'Another drive was approved to be written to; scan the drive again.',
        )
      if (encryption !== 'none')
        return fail(
          'BitLockerNotActivated',
          'A virtual drive cannot be encrypted, and the job does not say that it may stay in plain.',
        )
      const entries = await readEntries(source)
      if (!entries.ok) return fail('DiskOperationFailed', entries.failure.sentence, entries.failure.detail)
      const attached = attachmentOf(entries.value).find(({ attachment }) => attachment === device.attachment)
      return attached === undefined
        ? fail('DiskNotFound', 'The drive is no longer plugged in; plug it in again.')
        : openFolder(attached)
    },

    async closeLeftovers() {
      return ok([])
    },
  }
}

interface Attached {
  readonly drive: VirtualDrive
  readonly attachment: string
}

/** Names attachments: a new one each time a slot is filled anew or with something else. */
function attachments(): (drives: readonly VirtualDrive[]) => readonly Attached[] {
  let known: readonly Attached[] = []
  let count = 0
  return (drives) => {
    known = drives.map((drive) => {
      const before = known.find((attached) => isSameDrive(attached.drive, drive))
      return { drive, attachment: before?.attachment ?? `virtual-${drive.slot}-${++count}` }
    })
    return known
  }
}

function isSameDrive(a: VirtualDrive, b: VirtualDrive): boolean {
  return a.slot === b.slot && a.folder === b.folder && a.serial === b.serial
}

async function readEntries(
  source: VirtualSource,
): Promise<Outcome<readonly VirtualDrive[], 'listing-failed'>> {
  let entries: readonly VirtualDrive[]
  if (source.kind === 'list') {
    entries = source.list.entries()
  } else {
    try {
      entries = FILE.parse(JSON.parse(await readFile(source.path, 'utf8')))
    } catch (error) {
      return fail(
        'listing-failed',
        `The list of virtual drives in ${source.path} cannot be read; mend the file.`,
        error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      )
    }
  }
  const slots = new Set(entries.map(({ slot }) => slot))
  if (slots.size === entries.length) return ok(entries)
  return fail('listing-failed', 'Two virtual drives are in one slot; give each a slot of its own.')
}

async function asDevice(drive: VirtualDrive, attachment: string): Promise<Device> {
  return {
    attachment,
    slot: drive.slot,
    node: drive.folder,
    kind: 'virtual',
    serials: drive.serial === null ? [] : [{ text: drive.serial, source: 'virtual' }],
    model: drive.model,
    sizeBytes: drive.sizeBytes ?? (await volumeSize(drive.folder)),
    readOnly: true,
    system: false,
  }
}

/** 0 when the folder is not there: the drive is listed all the same, and opening it says what is wrong. */
async function volumeSize(folder: string): Promise<number> {
  try {
    const volume = await statfs(folder)
    return volume.blocks * volume.bsize
  } catch {
    return 0
  }
}

/** As a real drive answers (`linux/bitlocker.ts`). */
function unlock(
  { lockedWith }: VirtualDrive,
  given: string | undefined,
): Outcome<undefined, OpenFailureCode> {
  if (lockedWith === undefined) return ok()
  if (given === undefined)
    return fail(
      'BitLockerUnlockVolumeFailed',
      "The drive is locked with BitLocker and its job holds no key; ask the customer for the drive's recovery key.",
    )
  const key = checkBitLockerKey(given)
  if (!key.ok) return key
  if (key.value === lockedWith) return ok()
  return fail(
    'BitLockerKeyInvalid',
    "The job's BitLocker key does not open this drive; ask the customer for the drive's recovery key.",
  )
}

async function openFolder({ drive, attachment }: Attached): Promise<Outcome<OpenVolume, OpenFailureCode>> {
  const device = await asDevice(drive, attachment)
  try {
    if (!(await stat(device.node)).isDirectory()) {
      return fail(
        'VolumeNotNtfs',
        `The virtual drive ${device.node} is not a folder; name a folder in the list.`,
      )
    }
  } catch (error) {
    return fail(
      'DiskOperationFailed',
      `The folder ${device.node} of the virtual drive cannot be opened; check that it exists.`,
      String(error),
    )
  }
  return ok({
    root: device.node,
    fileSystem: 'folder',
    sizeBytes: device.sizeBytes,
    ...(drive.readBytesPerS === undefined ? {} : { readBytesPerS: drive.readBytesPerS }),
    close: async () => ok(),
  })
}
