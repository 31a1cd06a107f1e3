/**
 * A small reader of ZPL II, written from the published command descriptions and sharing nothing with the writer: what
 * a printer would see. It understands only the commands a label of ours may use and refuses every other, so that field
 * data that became a command is found.
 */

export interface ZplField {
  readonly kind: 'text' | 'code128'
  readonly xDots: number
  readonly yDots: number
  readonly rightAligned: boolean
  /** After hexadecimal and invocation codes have been resolved. */
  readonly data: string
  /** Code 128 only. */
  readonly moduleDots: number
  readonly heightDots: number
}

export interface ZplLabel {
  readonly widthDots: number
  readonly heightDots: number
  readonly fields: readonly ZplField[]
  readonly boxes: readonly { readonly xDots: number; readonly yDots: number; readonly widthDots: number }[]
}

interface Open {
  x: number
  y: number
  right: boolean
  barcode: boolean
  height: number
  hex: string | undefined
  data: string | undefined
}

export function readZpl(zpl: string): ZplLabel[] {
  const labels: ZplLabel[] = []
  let current:
    | { width: number; height: number; fields: ZplField[]; boxes: ZplLabel['boxes'][number][] }
    | undefined
  let utf8 = false
  let module = 2
  let open: Open = blank()
  for (const [name, rest] of commands(zpl)) {
    if (name !== 'XA' && current === undefined) throw new Error(`^${name} outside a label`)
    const numbers = rest.split(',').map(Number)
    switch (name) {
      case 'XA':
        current = { width: 0, height: 0, fields: [], boxes: [] }
        break
      case 'XZ':
        if (current) {
          const { width, height, fields, boxes } = current
          labels.push({ widthDots: width, heightDots: height, fields, boxes })
        }
        current = undefined
        break
      case 'CI':
        utf8 = rest.trim() === '28'
        break
      case 'PW':
        if (current) current.width = numbers[0] ?? 0
        break
      case 'LL':
        if (current) current.height = numbers[0] ?? 0
        break
      case 'LH':
      case 'FX':
        break
      case 'FO':
      case 'FT':
        open = {
          ...blank(),
          x: numbers[0] ?? Number.NaN,
          y: numbers[1] ?? Number.NaN,
          right: numbers[2] === 1,
        }
        break
      case 'A0':
        break
      case 'BY':
        module = numbers[0] ?? 2
        break
      case 'BC':
        open.barcode = true
        open.height = numbers[1] ?? 0
        break
      case 'GB':
        current?.boxes.push({ xDots: open.x, yDots: open.y, widthDots: numbers[0] ?? 0 })
        break
      case 'FH':
        open.hex = rest === '' ? '_' : rest.charAt(0)
        break
      case 'FD':
        open.data = rest
        break
      case 'FS':
        if (open.data !== undefined) {
          const raw = decodeHex(open.data, open.hex, utf8)
          current?.fields.push({
            kind: open.barcode ? 'code128' : 'text',
            xDots: open.x,
            yDots: open.y,
            rightAligned: open.right,
            data: open.barcode ? resolveInvocations(raw) : raw,
            moduleDots: module,
            heightDots: open.height,
          })
        }
        open = blank()
        break
      default:
        throw new Error(`unexpected command ^${name}`)
    }
  }
  return labels
}

function blank(): Open {
  return {
    x: Number.NaN,
    y: Number.NaN,
    right: false,
    barcode: false,
    height: 0,
    hex: undefined,
    data: undefined,
  }
}

/** A caret begins a format command and ends whatever came before it; a tilde begins a command of its own. */
function* commands(zpl: string): Generator<[string, string]> {
  if (zpl.includes('~')) throw new Error('a control command')
  const [before, ...parts] = zpl.split('^')
  if (before !== '') throw new Error('text before the first command')
  for (const part of parts) {
    const name = part.slice(0, 2)
    yield [name, part.slice(2).replace(/\n$/, '')]
  }
}

function decodeHex(data: string, indicator: string | undefined, utf8: boolean): string {
  if (indicator === undefined) return data
  const bytes: number[] = []
  for (let at = 0; at < data.length; at++) {
    const pair = data.slice(at + 1, at + 3)
    if (data[at] === indicator && /^[0-9A-Fa-f]{2}$/.test(pair)) {
      bytes.push(Number.parseInt(pair, 16))
      at += 2
    } else {
      bytes.push(data.charCodeAt(at))
    }
  }
  return new TextDecoder(utf8 ? 'utf-8' : 'latin1', { fatal: true }).decode(Uint8Array.from(bytes))
}

/** Code set B: `>:` starts it, and three characters have codes of their own. */
function resolveInvocations(data: string): string {
  if (!data.startsWith('>:')) throw new Error('no start code for set B')
  return data.slice(2).replace(/>(.)/g, (_, code: string) => {
    const character = { '0': '>', '<': '^', '=': '~' }[code]
    if (character === undefined) throw new Error(`unexpected invocation code >${code}`)
    return character
  })
}
