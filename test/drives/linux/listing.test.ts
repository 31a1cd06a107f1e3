import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CommandResult, systemCommands } from '../../../src/drives/linux/commands.ts'
import { createListing } from '../../../src/drives/linux/listing.ts'
import { slotOf } from '../../../src/drives/linux/sysfs.ts'
import { systemTimers } from '../../../src/system/clock.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { FakeLog } from '../../fakes/log.ts'
import { temporaryFolder } from '../../fixtures/drives/disk-image.ts'
import { endedWith, printed, scriptedCommands } from '../../fixtures/drives/scripted-commands.ts'

/** What lsblk of util-linux 2.38 prints of a station with one drive in a dock. */
const disk = (kname: string, facts: object = {}) => ({
  name: kname,
  kname,
  path: `/dev/${kname}`,
  type: 'disk',
  size: 4_000_787_030_016,
  ro: false,
  tran: null,
  serial: null,
  vendor: null,
  model: null,
  fstype: null,
  mountpoints: [null],
  ...facts,
})
const station = [
  disk('zram0', { mountpoints: ['[SWAP]'] }),
  disk('sr0', { type: 'rom' }),
  disk('sda', {
    tran: 'usb',
    serial: 'SanDisk_Cruzer_Blade-0:0',
    vendor: 'WDC     ',
    model: 'WD40EFRX',
    children: [disk('sda1', { type: 'part', fstype: 'ntfs' })],
  }),
  disk('sdb', { tran: 'usb', size: 0 }),
  disk('nvme0n1', {
    tran: 'nvme',
    serial: 'S4EVNF0M123456',
    children: [
      disk('nvme0n1p1', { type: 'part', mountpoints: ['/boot/efi'] }),
      disk('nvme0n1p2', { type: 'part', children: [disk('dm-0', { type: 'lvm', mountpoints: ['/'] })] }),
    ],
  }),
  disk('sdc', { children: [disk('sdc1', { type: 'part', fstype: 'linux_raid_member' })] }),
  disk('sdd', { tran: 'usb', children: [disk('sdd1', { type: 'part', mountpoints: ['/media/kim/STICK'] })] }),
  disk('sde', {
    tran: 'usb',
    children: [disk('sde1', { type: 'part', mountpoints: ['/var/tallydock/mounts/x/volume'] })],
  }),
  disk('loop3', { type: 'loop' }),
]

let base: string
beforeEach(async () => {
  base = await temporaryFolder()
  // sda: a disk on USB port 2-1.4, second bay of its enclosure, behind an adapter with the uas driver.
  const usb = join(base, 'sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.4')
  const block = join(usb, '2-1.4:1.0/host6/target6:0:1/6:0:1:0/block/sda')
  await mkdir(block, { recursive: true })
  await mkdir(join(base, 'sys/block'), { recursive: true })
  await mkdir(join(base, 'proc/sys/kernel/random'), { recursive: true })
  await writeFile(join(base, 'proc/sys/kernel/random/boot_id'), 'e6d732d1-6bfa-4e3c-9960-01ec4050407e\n')
  await writeFile(join(usb, 'idVendor'), '152d\n')
  await writeFile(join(usb, 'idProduct'), '0578\n')
  await writeFile(join(usb, 'serial'), 'DD56419883891\n')
  await writeFile(join(block, 'diskseq'), '17\n')
  await symlink('../..', join(block, 'device'))
  const page = Buffer.concat([Buffer.from([0, 0x80, 0, 20]), Buffer.from('     WD-WCC4N0123456')])
  await writeFile(join(block, '../../vpd_pg80'), page)
  await symlink(block, join(base, 'sys/block/sda'))
  for (const kname of ['nvme0n1', 'sdb', 'sdc', 'sdd', 'sde', 'loop3'])
    await mkdir(join(base, 'sys/block', kname))
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

const nodes = ['/dev/zram0', '/dev/sda', '/dev/sdb', '/dev/nvme0n1', '/dev/sdc', '/dev/sdd', '/dev/sde']

function listing(lsblk: CommandResult, diskNodes: () => Promise<readonly string[]> = async () => nodes) {
  const commands = scriptedCommands({ lsblk: () => lsblk })
  const log = new FakeLog()
  const clock = new FakeClock()
  const kernel = { sys: join(base, 'sys'), proc: join(base, 'proc') }
  const options = {
    mountDir: '/var/tallydock/mounts',
    loops: () => [{ name: 'loop3', serial: 'QZ71M0042' }],
    timeoutMs: 3_000,
  }
  return { list: createListing({ commands, timers: clock, kernel, log, diskNodes }, options), clock, log }
}
const json = (blockdevices: readonly object[]) => printed(JSON.stringify({ blockdevices }))

describe('the listing', () => {
  test('joins the disk, its place and everybody’s serial numbers', async () => {
    const listed = await listing(json(station)).list()
    expect(listed.ok ? listed.value[0] : listed).toEqual({
      attachment: 'sda-e6d732d1-17',
      slot: '2-1.4:1.0',
      node: '/dev/sda',
      kind: 'usb',
      serials: [
        { text: '     WD-WCC4N0123456', source: 'disk' },
        { text: 'DD56419883891', source: 'bridge' },
      ],
      model: 'WDC WD40EFRX',
      sizeBytes: 4_000_787_030_016,
      readOnly: false,
      system: false,
      bridge: { vendorId: '152d', productId: '0578' },
    })
  })

  test('leaves out memory disks, optical drives, empty card readers and loops nobody allowed', async () => {
    const listed = await listing(json([...station, disk('loop4', { type: 'loop' })])).list()
    const shown = (listed.ok ? listed.value : []).map(({ node }) => node)
    expect(shown).toEqual(['/dev/sda', '/dev/nvme0n1', '/dev/sdc', '/dev/sdd', '/dev/sde', '/dev/loop3'])
  })

  test('knows the system’s own disks, arrays and what others use, and not our own mounts', async () => {
    const listed = await listing(json(station)).list()
    const reasons = new Map(
      (listed.ok ? listed.value : []).map((device) => [device.node, device.systemReason]),
    )
    expect(Object.fromEntries(reasons)).toEqual({
      '/dev/sda': undefined,
      '/dev/nvme0n1': 'this system starts from it',
      '/dev/sdc': 'it is part of a Linux RAID array',
      '/dev/sdd': 'something else has mounted it at /media/kim/STICK',
      '/dev/sde': undefined,
      '/dev/loop3': undefined,
    })
  })

  test('takes no serial for a USB disk from udev, which makes one up', async () => {
    const listed = await listing(json(station)).list()
    const stick = (listed.ok ? listed.value : []).find(({ node }) => node === '/dev/sdd')
    expect(stick?.serials).toEqual([])
  })

  test('understands the text flags and numbers of older util-linux', async () => {
    const old = { size: '4000787030016', ro: '1' }
    const listed = await listing(json([disk('sda', old)])).list()
    expect(listed).toMatchObject({ value: [{ sizeBytes: 4_000_787_030_016, readOnly: true }] })
  })

  test.each<[string, CommandResult]>([
    ['is not there', { kind: 'missing' }],
    ['hangs', { kind: 'timeout', timeoutMs: 3_000 }],
    ['ends with an error', endedWith(1, 'lsblk: cannot open /proc/partitions')],
    ['prints garbage', printed('Segmentation fault')],
    ['prints other JSON', printed('{"blockdevices": [{"name": "sda"}]}')],
    ['prints nothing', printed('')],
  ])('fails as a value when lsblk %s', async (_what, result) => {
    expect(await listing(result).list()).toMatchObject({ ok: false, failure: { code: 'listing-failed' } })
  })

  test('shows no disk that drivelist does not know', async () => {
    const { list } = listing(json(station), async () => ['/dev/sda', '/dev/sdc'])
    const listed = await list()
    expect((listed.ok ? listed.value : []).map(({ node }) => node)).toEqual([
      '/dev/sda',
      '/dev/sdc',
      '/dev/loop3',
    ])
  })

  test('goes on without drivelist when that hangs, and does not ask it again while it does', async () => {
    let asked = 0
    const hung = listing(json(station), () => {
      asked++
      return new Promise(() => undefined)
    })
    const first = hung.list()
    hung.clock.advance(3_000)
    expect(await first).toMatchObject({ ok: true, value: { length: 6 } })
    expect(await hung.list()).toMatchObject({ ok: true, value: { length: 6 } })
    expect(asked).toBe(1)
    expect(hung.log.lines).toHaveLength(1)
  })

  test('goes on without drivelist when that fails, and says so once', async () => {
    const broken = listing(json(station), async () => Promise.reject(new Error('no binding')))
    for (let turn = 0; turn < 3; turn++)
      expect(await broken.list()).toMatchObject({ ok: true, value: { length: 6 } })
    expect(broken.log.lines).toHaveLength(1)
  })

  test('leaves out a disk that went while it was looked at: half of its facts would be another disk', async () => {
    await rm(join(base, 'sys/block/sdd'), { recursive: true })
    const listed = await listing(json(station)).list()
    const shown = (listed.ok ? listed.value : []).map(({ node }) => node)
    expect(shown).toEqual(['/dev/sda', '/dev/nvme0n1', '/dev/sdc', '/dev/sde', '/dev/loop3'])
  })
})

describe('the place', () => {
  const pci = '/sys/devices/pci0000:00/0000:00'
  test.each([
    [
      'a USB port behind hubs',
      `${pci}:14.0/usb2/2-1/2-1.4/2-1.4:1.0/host6/target6:0:0/6:0:0:0/block/sda`,
      'sda',
      '2-1.4',
    ],
    [
      'a bay of an enclosure',
      `${pci}:14.0/usb2/2-3/2-3:1.0/host6/target6:0:0/6:0:0:3/block/sdd`,
      'sdd',
      '2-3:0.3',
    ],
    ['a SATA port', `${pci}:1f.2/ata3/host2/target2:0:0/2:0:0:0/block/sdb`, 'sdb', 'pci-0000:00:1f.2-ata-3'],
    ['an NVMe slot', `${pci}:1c.4/0000:02:00.0/nvme/nvme0/nvme0n1`, 'nvme0n1', 'pci-0000:02:00.0-nvme0n1'],
    ['a loop device', '/sys/devices/virtual/block/loop3', 'loop3', 'loop3'],
  ])('%s', (_what, path, kname, slot) => {
    expect(slotOf(path, kname)).toBe(slot)
  })
})

describe('running a tool', () => {
  const commands = systemCommands(systemTimers)

  test('one that hangs is given up at the limit', async () => {
    expect(await commands.run('sleep', ['60'], { timeoutMs: 50 })).toEqual({ kind: 'timeout', timeoutMs: 50 })
  })

  test('one that is not installed is missing, one that fails keeps its exit code and words', async () => {
    expect(await commands.run('no-such-tool', [])).toEqual({ kind: 'missing' })
    expect(await commands.run('ls', ['/no/such/folder'])).toMatchObject({ kind: 'ended', exitCode: 2 })
  })

  test('arguments are never read by a shell, and input goes to standard input', async () => {
    expect(await commands.run('echo', ['$(id)', '`id`', '; id'])).toMatchObject({
      stdout: '$(id) `id` ; id\n',
    })
    expect(await commands.run('cat', [], { stdin: 'a secret' })).toMatchObject({ stdout: 'a secret' })
  })

  test('one that closes its input early is not the end of us', async () => {
    const result = await commands.run('true', [], { stdin: 'x'.repeat(1_000_000) })
    expect(result).toMatchObject({ kind: 'ended', exitCode: 0 })
  })
})
