import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareDrive } from '../../src/copy/prepare/prepare.ts'
import { must } from './must.ts'

/** Every file is stored only after its own sync: so many take long enough for a customer to change their mind. */
const FILES = 800

/** Holds the copying processes of this test still, so that what happens meanwhile happens in the middle of a copy. */
export function holdCopies(): { readonly goOn: () => void } {
  const copying = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
        return (
          parent === String(process.pid) &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('copy-program')
        )
      } catch {
        // It ended between the two looks.
        return false
      }
    })
    .map(Number)
  if (copying.length === 0) throw new Error('No copy runs.')
  for (const pid of copying) process.kill(pid, 'SIGSTOP')
  return {
    goOn: () => {
      for (const pid of copying) process.kill(pid, 'SIGCONT')
    },
  }
}

/** A customer's drive of many small files, plugged into a slot: its list for `virtualDrives`, and how it is ordered. */
export async function slowVirtualDrive(folder: string, serial: string, slot: string) {
  const source = join(folder, 'source')
  const root = join(folder, 'drive')
  for (const place of [source, root]) mkdirSync(place, { recursive: true })
  for (let at = 0; at < FILES; at++) writeFileSync(join(source, `${at}.bin`), `sounding ${at}\n`)
  const { driveListEntry } = must(
    await prepareDrive(
      { source, driveRoot: root, driveId: serial, container: 'surveys', disposition: 'rename' },
      { report: () => undefined },
    ),
  )
  const list = join(folder, 'drives.json')
  writeFileSync(list, JSON.stringify([{ slot, folder: root, serial }]))
  return { list, listed: driveListEntry }
}
