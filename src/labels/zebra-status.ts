/**
 * A ZPL printer's answer to `~HS` (Zebra Programming Guide, Host Status Return): three lines of comma-separated numbers,
 * each between STX and ETX.
 */
export const ASK_STATUS = '~HS\r\n'
const BEGIN = '\x02'
const END = '\x03'

export interface ZebraStatus {
  readonly paperOut: boolean
  readonly headOpen: boolean
  readonly ribbonOut: boolean
  readonly paused: boolean
  readonly bufferFull: boolean
  /** It holds labels that are not printed yet. */
  readonly busy: boolean
}

/** Whether an answer has come whole. */
export function isWholeStatus(answer: string): boolean {
  return answer.split(END).length > 3
}

/** Undefined when it is no such answer: not every printer that takes ZPL speaks this. */
export function readZebraStatus(answer: string): ZebraStatus | undefined {
  const [first, second] = answer.split(END).map((line) => line.slice(line.lastIndexOf(BEGIN) + 1).split(','))
  if (first?.length !== 12 || second?.length !== 11) return undefined
  const set = (flag: string | undefined) => Number(flag) === 1
  const above0 = (count: string | undefined) => Number(count) > 0
  return {
    paperOut: set(first[1]),
    paused: set(first[2]),
    bufferFull: set(first[5]),
    headOpen: set(second[2]),
    ribbonOut: set(second[3]),
    // Formats received, a format half received, labels of a batch still to come.
    busy: above0(first[4]) || set(first[7]) || above0(second[8]),
  }
}

/** What keeps it from printing, as "NAME `is`. `remedy`"; undefined when it can print. */
export function zebraTrouble(
  status: ZebraStatus,
): { readonly is: string; readonly remedy: string } | undefined {
  if (status.headOpen) return { is: 'has its print head open', remedy: 'Close it' }
  if (status.paperOut) return { is: 'is out of labels', remedy: 'Load some' }
  if (status.ribbonOut) return { is: 'is out of ribbon', remedy: 'Load some' }
  if (status.paused) return { is: 'is paused', remedy: 'Press its pause key' }
  return undefined
}
