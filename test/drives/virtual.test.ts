import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createVirtualDevices, createVirtualDriveList } from '../../src/drives/virtual.ts'
import { temporaryFolder } from '../fixtures/drives/disk-image.ts'

let base: string
beforeEach(async () => {
  base = await temporaryFolder()
  await mkdir(join(base, 'drive'))
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

describe('a locked virtual drive', () => {
  const KEY = '000011-000022-000033-000044-000055-000066-000077-000088'
  const open = async (lockedWith: string | undefined, bitLockerKey?: string) => {
    const drive = { slot: 'A1', folder: join(base, 'drive'), serial: 'X1', lockedWith, readBytesPerS: 1_000 }
    const devices = createVirtualDevices({ kind: 'list', list: createVirtualDriveList([drive]) })
    const listing = await devices.list()
    const device = listing.ok ? listing.value[0] : undefined
    if (device === undefined) throw new Error('not listed')
    const opened = await devices.open(device, bitLockerKey === undefined ? {} : { bitLockerKey })
    return opened.ok ? opened.value : opened.failure.code
  }

  test('answers as a real one does', async () => {
    expect(await open(KEY)).toBe('BitLockerUnlockVolumeFailed')
    expect(await open(KEY, KEY.replace('000088', '000099'))).toBe('BitLockerKeyInvalid')
    expect(await open(KEY, 'not a key')).toBe('BitLockerKeyInvalid')
    expect(await open(KEY, ` ${KEY.replaceAll('-', ' ')} `)).toMatchObject({ readBytesPerS: 1_000 })
    expect(await open(undefined, 'not a key')).toMatchObject({ root: join(base, 'drive') })
  })
})

describe('a list of virtual drives', () => {
  test('says what each drive says of itself, and hides what is hidden', async () => {
    const list = createVirtualDriveList([
      {
        slot: 'A1',
        folder: join(base, 'drive'),
        serial: 'QZ71M0042',
        model: 'Practice 4 TB',
        sizeBytes: 4e12,
      },
      { slot: 'A2', folder: join(base, 'drive'), serial: null },
    ])
    const listing = await createVirtualDevices({ kind: 'list', list }).list()
    expect(listing).toMatchObject({
      value: [
        {
          slot: 'A1',
          serials: [{ text: 'QZ71M0042', source: 'virtual' }],
          model: 'Practice 4 TB',
          sizeBytes: 4e12,
        },
        { slot: 'A2', serials: [], kind: 'virtual', readOnly: true },
      ],
    })
  })

  test('two drives in one slot are a mistake, not two drives', async () => {
    const folder = join(base, 'drive')
    const twice = ['X1', 'X2'].map((serial) => ({ slot: 'A1', folder, serial }))
    const listing = await createVirtualDevices({ kind: 'list', list: createVirtualDriveList(twice) }).list()
    expect(listing).toMatchObject({ failure: { code: 'listing-failed' } })
  })

  test('rings at each edit, and no more after stop', () => {
    const list = createVirtualDriveList()
    let rings = 0
    const watch = createVirtualDevices({ kind: 'list', list }).watch(() => rings++)
    list.plug({ slot: 'A1', folder: base, serial: null })
    list.unplug('A1')
    expect(rings).toBe(2)
    watch.stop()
    list.plug({ slot: 'A1', folder: base, serial: null })
    expect(rings).toBe(2)
  })

  test('another drive in the same slot is another attachment', async () => {
    const list = createVirtualDriveList([{ slot: 'A1', folder: base, serial: 'X1' }])
    const devices = createVirtualDevices({ kind: 'list', list })
    const before = await devices.list()
    list.plug({ slot: 'A1', folder: base, serial: 'X2' })
    const after = await devices.list()
    if (!before.ok || !after.ok) throw new Error('not listed')
    expect(after.value[0]?.attachment).not.toBe(before.value[0]?.attachment)
  })

  test('a drive whose folder is gone is listed, and opening it says so', async () => {
    const list = createVirtualDriveList([{ slot: 'A1', folder: join(base, 'gone'), serial: 'X1' }])
    const devices = createVirtualDevices({ kind: 'list', list })
    const listing = await devices.list()
    const device = listing.ok ? listing.value[0] : undefined
    if (device === undefined) throw new Error('not listed')
    expect(await devices.open(device, {})).toMatchObject({ failure: { code: 'DiskOperationFailed' } })
  })
})

describe('a file of virtual drives', () => {
  test.each([
    ['is missing', undefined],
    ['is not JSON', '[{"slot": "A1",'],
    ['has a relative folder', '[{"slot":"A1","folder":"drive","serial":null}]'],
    ['has a member nobody knows', '[{"slot":"A1","folder":"/d","serial":null,"serail":"X"}]'],
  ])('that %s is a failed listing, not an empty dock', async (_what, text) => {
    const path = join(base, 'drives.json')
    if (text !== undefined) await writeFile(path, text)
    const listing = await createVirtualDevices({ kind: 'file', path }).list()
    expect(listing).toMatchObject({ failure: { code: 'listing-failed' } })
  })

  test('rings when the file is edited', async () => {
    const path = join(base, 'drives.json')
    await writeFile(path, '[]')
    const rung = Promise.withResolvers<void>()
    const watch = createVirtualDevices({ kind: 'file', path }).watch(rung.resolve)
    await writeFile(path, JSON.stringify([{ slot: 'A1', folder: base, serial: null }]))
    await rung.promise
    watch.stop()
  })
})
