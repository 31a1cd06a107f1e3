import { describe, expect, test } from 'vitest'
import type { CommandResult } from '../../../src/drives/linux/commands.ts'
import { createWindowsDevices } from '../../../src/drives/windows/windows-devices.ts'
import { slotOf } from '../../../src/drives/windows/windows-listing.ts'
import { LIST_SCRIPT, LOCK_SCRIPT, UNLOCK_SCRIPT } from '../../../src/drives/windows/windows-scripts.ts'
import type { Device } from '../../../src/ports/devices.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { endedWith, printed, scriptedCommands } from '../../fixtures/drives/scripted-commands.ts'
import { CUSTOMER_DISK, SYSTEM_DISK, windowsListing } from '../../fixtures/drives/windows-listing.ts'

/**
 * What Windows is asked and how its answers are read. PowerShell itself is not here: its answers are fixtures, so this shows
 * nothing about the scripts that run there.
 */
const KEY = '471207-278498-422125-177177-561902-537405-468006-693451'
const VOLUME = '\\\\?\\Volume{0a1b2c3d-0000-4000-8000-000000000003}\\'

/** The script inside `-EncodedCommand`. */
function scriptOf(args: readonly string[]): string {
  return Buffer.from(args.at(-1) ?? '', 'base64').toString('utf16le')
}

function windows(answers: {
  readonly list?: CommandResult
  readonly unlock?: object
  readonly lock?: object
  readonly readOnly?: boolean
}) {
  const commands = scriptedCommands({
    'powershell.exe': (args) => {
      const script = scriptOf(args)
      if (script === LIST_SCRIPT) return answers.list ?? printed(windowsListing(SYSTEM_DISK, CUSTOMER_DISK))
      if (script === UNLOCK_SCRIPT) return printed(JSON.stringify(answers.unlock ?? { state: 0 }))
      if (script === LOCK_SCRIPT) return printed(JSON.stringify(answers.lock ?? { code: 0 }))
      return printed(JSON.stringify({ readOnly: answers.readOnly ?? true }))
    },
  })
  return { commands, devices: createWindowsDevices({ commands, timers: new FakeClock() }) }
}

async function customer(devices: ReturnType<typeof windows>['devices']): Promise<Device> {
  const listed = await devices.list()
  const device = (listed.ok ? listed.value : []).find(({ system }) => !system)
  if (device === undefined) throw new Error('the customer’s disk is not listed')
  return device
}

describe('the listing of Windows', () => {
  test('joins the disk, its port, its adapter and what is said of serials', async () => {
    expect(await customer(windows({}).devices)).toEqual({
      attachment: 'disk2-133765432100000000',
      slot: '0-3.2',
      node: '\\\\.\\PhysicalDrive2',
      kind: 'usb',
      serials: [{ text: 'DD564198838AB', source: 'bridge' }],
      model: 'WDC WD40EFRX USB Device',
      sizeBytes: 4_000_787_030_016,
      readOnly: false,
      system: false,
      bridge: { vendorId: '152d', productId: '0578' },
    })
  })

  test('knows the system’s disk, the one it swaps to and one that is part of a pool', async () => {
    const pool = structuredClone(CUSTOMER_DISK)
    Object.assign(pool.partitions[1] ?? {}, { gpt: '{E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D}' })
    const swap = {
      ...structuredClone(SYSTEM_DISK),
      disk: { ...SYSTEM_DISK.disk, boot: false, system: false },
    }
    for (const [part, reason] of [
      [SYSTEM_DISK, 'this system starts from it'],
      [swap, 'this system swaps to it'],
      [pool, 'it is part of a dynamic disk or a storage pool'],
    ] as const) {
      const listed = await windows({ list: printed(windowsListing(part)) }).devices.list()
      expect(listed).toMatchObject({ value: [{ system: true, systemReason: reason }] })
    }
  })

  test.each<[string, CommandResult]>([
    ['is not there', { kind: 'missing' }],
    ['hangs', { kind: 'timeout', timeoutMs: 30_000 }],
    ['ends with an error', endedWith(1, 'Get-Disk : Access denied')],
    ['prints garbage', printed('Exception calling')],
    ['prints other JSON', printed('{"disks":[{"number":"two"}]}')],
  ])('fails as a value when PowerShell %s', async (_what, list) => {
    expect(await windows({ list }).devices.list()).toMatchObject({ failure: { code: 'listing-failed' } })
  })

  test('a place without USB has no port', () => {
    expect(slotOf(['PCIROOT(0)#PCI(1F02)#ATA(C00T00L00)'])).toBeUndefined()
    expect(slotOf([])).toBeUndefined()
  })
})

describe('opening a drive on Windows', () => {
  test('write-protects first, then unlocks with the key on standard input alone, and locks again', async () => {
    const { commands, devices } = windows({ unlock: { state: 3, code: 0 } })
    const opened = await devices.open(await customer(devices), { bitLockerKey: KEY })
    if (!opened.ok) throw new Error(opened.failure.sentence)
    expect(opened.value.root).toBe(VOLUME)
    expect(await opened.value.close()).toMatchObject({ ok: true })
    const scripts = commands.calls.slice(1).map(({ args }) => scriptOf(args))
    expect(scripts[1]).toContain('Set-Disk -Number 2 -IsReadOnly $true')
    expect(scripts.slice(2)).toEqual([UNLOCK_SCRIPT, LOCK_SCRIPT])
    expect(commands.calls.find(({ stdin }) => stdin?.includes(KEY))?.stdin).toBe(`${VOLUME}\n${KEY}\n`)
    for (const { args } of commands.calls)
      expect(scriptOf(args) + args.join(' ')).not.toContain(KEY.slice(0, 6))
  })

  test('a plain volume is opened without a lock', async () => {
    const { commands, devices } = windows({ unlock: { state: 1 } })
    const opened = await devices.open(await customer(devices), {})
    expect(opened.ok && (await opened.value.close()).ok).toBe(true)
    expect(commands.calls.some(({ args }) => scriptOf(args) === LOCK_SCRIPT)).toBe(false)
  })

  test.each<[string, object, string | undefined, string]>([
    ['no key', { state: 2 }, undefined, 'BitLockerUnlockVolumeFailed'],
    ['another volume’s key', { state: 2, code: 0x80310027 }, KEY, 'BitLockerKeyInvalid'],
    ['no numerical password', { state: 2, code: 0x80310033 }, KEY, 'BitLockerProtectorNotFound'],
    ['BitLocker not switched on', { state: 2, code: 0x80310008 }, KEY, 'BitLockerNotActivated'],
    ['something else', { state: 2, code: 0x80070005 }, KEY, 'BitLockerUnlockVolumeFailed'],
    ['no answer', { state: 'locked' }, KEY, 'BitLockerFailed'],
  ])('%s ends with the published drive status', async (_what, unlock, key, code) => {
    const { devices } = windows({ unlock })
    const secrets = key === undefined ? {} : { bitLockerKey: key }
    expect(await devices.open(await customer(devices), secrets)).toMatchObject({ failure: { code } })
  })

  test('a disk that stays writable, a system disk, one without a volume and one that went are not opened', async () => {
    const writable = windows({ readOnly: false })
    expect(await writable.devices.open(await customer(writable.devices), {})).toMatchObject({
      failure: { code: 'DiskOperationFailed' },
    })
    const { devices } = windows({})
    const listed = await devices.list()
    const system = (listed.ok ? listed.value : []).find((device) => device.system)
    expect(await devices.open(system as Device, {})).toMatchObject({
      failure: { code: 'DiskOperationFailed' },
    })
    const gone = { ...(await customer(devices)), attachment: 'disk2-1' }
    expect(await devices.open(gone, {})).toMatchObject({ failure: { code: 'DiskNotFound' } })
    const bare = windows({ list: printed(windowsListing({ ...CUSTOMER_DISK, partitions: [] })) }).devices
    expect(await bare.open(await customer(bare), {})).toMatchObject({ failure: { code: 'VolumeNotNtfs' } })
  })

  test('an eject says when a program has files open', async () => {
    const { devices } = windows({ lock: { code: 0x80070005 } })
    expect(await devices.eject(await customer(devices))).toMatchObject({ failure: { code: 'still-open' } })
  })
})
