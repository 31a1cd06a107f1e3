import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KernelFolders } from './sysfs.ts'

/** What is mounted in this process's view, and which processes serve it. Format: proc(5), `/proc/[pid]/mountinfo`. */
export interface Mount {
  readonly mountPoint: string
  readonly options: ReadonlySet<string>
  readonly fileSystem: string
  readonly source: string
}

/** In the order they were mounted. */
function parseMountinfo(text: string): readonly Mount[] {
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields.length >= 10)
    .map((fields) => {
      const tail = fields.slice(fields.indexOf('-') + 1)
      return {
        mountPoint: unescapeOctal(fields[4] ?? ''),
        options: new Set((fields[5] ?? '').split(',')),
        fileSystem: tail[0] ?? '',
        source: unescapeOctal(tail[1] ?? ''),
      }
    })
}

/** Blank, tab, line feed and backslash stand as three octal digits after a backslash, byte by byte. */
function unescapeOctal(field: string): string {
  const bytes = Buffer.from(field, 'utf8').toString('latin1')
  const plain = bytes.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
  return Buffer.from(plain, 'latin1').toString('utf8')
}

/** Mounts at or below a folder, in the order they were mounted. */
export async function mountsUnder(folder: string, kernel: KernelFolders): Promise<readonly Mount[]> {
  const mounts = parseMountinfo(await readFile(join(kernel.proc, 'self/mountinfo'), 'utf8'))
  return mounts.filter(({ mountPoint }) => mountPoint === folder || mountPoint.startsWith(`${folder}/`))
}

/** Running processes with one of the given texts as an argument of their own. Ended ones not yet collected have none. */
export async function processesGiven(
  args: readonly string[],
  kernel: KernelFolders,
): Promise<readonly number[]> {
  const entries = (await readdir(kernel.proc)).filter((name) => /^\d+$/.test(name))
  const given = await Promise.all(
    entries.map(async (pid) => {
      const commandLine = await readFile(join(kernel.proc, pid, 'cmdline'), 'utf8').catch(() => '')
      return commandLine.split('\0').some((arg) => args.includes(arg))
    }),
  )
  return entries.filter((_pid, index) => given[index]).map(Number)
}
