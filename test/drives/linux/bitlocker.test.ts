import { describe, expect, test } from 'vitest'
import { unlock } from '../../../src/drives/linux/bitlocker.ts'
import type { CommandResult } from '../../../src/drives/linux/commands.ts'
import { endedWith, printed, scriptedCommands } from '../../fixtures/drives/scripted-commands.ts'

const KEY = '135795-597531-109989-345565-299002-177980-662431-444444'
const RECOVERY = printed(' 0: VMK\n\tProtection: \tVMK protected with recovery passphrase\n')
const PASSWORD_ONLY = printed(' 0: VMK\n\tProtection: \tVMK protected with passphrase\n')

function ask(open: CommandResult, dump: CommandResult = RECOVERY, key: string | undefined = KEY) {
  const commands = scriptedCommands({ cryptsetup: ([verb]) => (verb === 'bitlkDump' ? dump : open) })
  const request = { node: '/dev/sda1', key, mapperName: 'tallydock-a', folder: '/nowhere' }
  return { commands, answer: unlock(request, { commands, hasDeviceMapper: async () => true }) }
}

describe('unlocking with cryptsetup', () => {
  test('hands the key over standard input and answers the mapped device', async () => {
    const { commands, answer } = ask(endedWith(0))
    expect(await answer).toEqual({ ok: true, value: '/dev/mapper/tallydock-a' })
    const open = commands.calls.at(-1)
    expect(open?.args).toContain('--readonly')
    expect(open?.stdin).toBe(KEY)
    expect(JSON.stringify(commands.calls.map(({ args }) => args))).not.toContain(KEY.slice(0, 6))
  })

  test.each([
    ['a wrong key', endedWith(2, 'No key available with this passphrase.'), 'BitLockerKeyInvalid'],
    ['a wrong key for a volume with the diffuser', endedWith(1), 'BitLockerKeyInvalid'],
    ['a volume still being encrypted', endedWith(1, 'encrypt-on-write'), 'BitLockerUnlockVolumeFailed'],
    ['a drive that does not answer', { kind: 'timeout', timeoutMs: 60_000 }, 'BitLockerUnlockVolumeFailed'],
  ] as const)('%s has its code', async (_what, open, code) => {
    const opened = await ask(open).answer
    expect(opened).toMatchObject({ failure: { code } })
    expect(JSON.stringify(opened)).not.toContain(KEY.slice(0, 6))
  })

  test('a volume without a numerical password is told before any key is tried', async () => {
    const { commands, answer } = ask(endedWith(0), PASSWORD_ONLY)
    expect(await answer).toMatchObject({ failure: { code: 'BitLockerProtectorNotFound' } })
    expect(commands.calls).toHaveLength(1)
  })

  test('metadata cryptsetup does not understand leaves the verdict to the key', async () => {
    expect(await ask(endedWith(0), endedWith(1, 'unsupported')).answer).toMatchObject({ ok: true })
  })

  test('no key is no attempt', async () => {
    const { commands, answer } = ask(endedWith(0), RECOVERY, '  ')
    expect(await answer).toMatchObject({ failure: { code: 'BitLockerUnlockVolumeFailed' } })
    expect(commands.calls).toEqual([])
  })
})

describe('a station without a device mapper', () => {
  const request = { node: '/dev/sda1', key: KEY, mapperName: 'a' }

  test('says what to install when dislocker’s terminal is missing too', async () => {
    const deps = { commands: scriptedCommands({}), hasDeviceMapper: async () => false }
    expect(await unlock({ ...request, folder: '/nowhere' }, deps)).toMatchObject({
      failure: { code: 'BitLockerFailed', sentence: expect.stringContaining('cryptsetup') },
    })
  })

  test('never lets a folder’s name become part of a command', async () => {
    const commands = scriptedCommands({ socat: () => printed('') })
    const deps = { commands, hasDeviceMapper: async () => false }
    const opened = await unlock({ ...request, folder: '/data,exec:reboot' }, deps)
    expect(opened).toMatchObject({ failure: { code: 'BitLockerFailed' } })
    expect(commands.calls.map(({ program }) => program)).not.toContain('socat')
  })
})
