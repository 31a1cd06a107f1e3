import type { CopyProgress } from '../contract/copy-messages.ts'
import type { CliIo } from './command.ts'

const BAR_CHARACTERS = 28
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/**
 * How far a copy is, on stderr: one line that is drawn anew on a terminal, a line each time something was told where a
 * program listens.
 */
export function showProgress(io: CliIo): (progress: CopyProgress) => void {
  const { redraw } = io
  if (redraw !== undefined) return (progress) => redraw(barOf(progress))
  return ({ phase, bytesDone, bytesTotal, filesDone, filesTotal }) =>
    io.note(`${phase}: ${filesDone} of ${filesTotal} files, ${bytesDone} of ${bytesTotal} bytes`)
}

/** Never shows 100 % before everything is dealt with. */
export function barOf({ phase, bytesDone, bytesTotal, filesDone, filesTotal }: CopyProgress): string {
  const share = bytesTotal > 0 ? bytesDone / bytesTotal : filesTotal > 0 ? filesDone / filesTotal : 0
  const full = Math.floor(share * BAR_CHARACTERS)
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CHARACTERS - full)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `${phase.padEnd(9)} ${bar} ${percent} %  ${filesDone}/${filesTotal} files  ${sizeOf(bytesDone)} of ${sizeOf(bytesTotal)}`
}

function sizeOf(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 1_000 && unit < UNITS.length - 1; unit++) value /= 1_000
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}
