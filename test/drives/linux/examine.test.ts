import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandResult } from '../../../src/drives/linux/commands.ts'
import { examineDevice } from '../../../src/drives/linux/examine.ts'
import type { Device } from '../../../src/ports/devices.ts'
import { temporaryFolder } from '../../fixtures/drives/disk-image.ts'
import { endedWith, printed, scriptedCommands } from '../../fixtures/drives/scripted-commands.ts'
import { ataReport, UNKNOWN_BRIDGE } from '../../fixtures/drives/smartctl.ts'

const device: Device = {
  attachment: 'sdb-e6d732d1-17',
  slot: '2-1',
  node: '/dev/sdb',
  kind: 'usb',
  serials: [],
  model: undefined,
  sizeBytes: 4_000_787_030_016,
  readOnly: false,
  system: false,
}
const TREE = printed(
  JSON.stringify({
    blockdevices: [
      {
        ...{ kname: 'sdb', path: '/dev/sdb', type: 'disk', size: 1, ro: false, mountpoints: [] },
        children: [{ kname: 'sdb1', path: '/dev/sdb1', type: 'part', size: 1, ro: false, mountpoints: [] }],
      },
    ],
  }),
)

let base: string
beforeEach(async () => {
  base = await temporaryFolder()
  await mkdir(join(base, 'sys/block/sdb'), { recursive: true })
  await mkdir(join(base, 'proc/sys/kernel/random'), { recursive: true })
  await writeFile(join(base, 'proc/sys/kernel/random/boot_id'), 'e6d732d1-6bfa-4e3c-9960-01ec4050407e\n')
  await writeFile(join(base, 'sys/block/sdb/diskseq'), '17\n')
})
afterEach(() => rm(base, { recursive: true }))

function examine(smartctl: (args: readonly string[]) => CommandResult | Promise<CommandResult>) {
  const commands = scriptedCommands({
    smartctl,
    lsblk: () => TREE,
    blkid: () => printed('TYPE=ntfs\n'),
  })
  const kernel = { sys: join(base, 'sys'), proc: join(base, 'proc') }
  return { commands, examined: examineDevice(device, { commands, kernel, listTimeoutMs: 1_000 }) }
}

describe('examining a drive', () => {
  test('asks its health, its own serial and its volumes', async () => {
    const { examined } = examine(() => printed(ataReport()))
    expect(await examined).toMatchObject({
      value: {
        serial: 'WX32DA0K4T7N',
        health: 'healthy',
        findings: [{ code: 'not-encrypted', weight: 'notice' }],
        rawValues: expect.arrayContaining([{ name: 'Serial number', value: 'WX32DA0K4T7N' }]),
      },
    })
  })

  test('asks the standard way through an adapter smartctl does not know', async () => {
    const { commands, examined } = examine((args) =>
      printed(args.includes('-d') ? ataReport() : UNKNOWN_BRIDGE),
    )
    expect(await examined).toMatchObject({ value: { health: 'healthy' } })
    expect(commands.calls.filter(({ program }) => program === 'smartctl').map(({ args }) => args)).toEqual([
      ['--json', '--all', '/dev/sdb'],
      ['--json', '--all', '-d', 'sat,auto', '/dev/sdb'],
    ])
  })

  test.each<[string, CommandResult, string]>([
    ['is not installed', { kind: 'missing' }, 'smartmontools'],
    ['hangs', { kind: 'timeout', timeoutMs: 20_000 }, 'does not answer'],
    ['prints garbage', printed('Segmentation fault'), 'says nothing'],
    ['ends in silence', endedWith(127), 'says nothing'],
  ])(
    'when smartctl %s the health is unknown, with the reason, and the rest is examined',
    async (_what, said, why) => {
      expect(await examine(() => said).examined).toMatchObject({
        value: {
          health: 'unknown',
          silentBecause: expect.stringContaining(why),
          findings: [{ code: 'not-encrypted' }],
        },
      })
    },
  )

  test('a drive pulled meanwhile is no finding', async () => {
    const { examined } = examine(async () => {
      await rm(join(base, 'sys/block/sdb'), { recursive: true, force: true })
      return endedWith(2)
    })
    expect(await examined).toMatchObject({ failure: { code: 'examination-failed' } })
  })
})
