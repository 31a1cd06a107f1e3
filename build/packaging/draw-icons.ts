/**
 * Draws Tallydock's mark, four tally strokes and the fifth across them, as SVG, PNG and ICO:
 * `node build/packaging/draw-icons.ts` writes them anew. All come from the one geometry here.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

/** The mark in a square of this many units. */
const SQUARE = 64
const CORNER = 13
const STROKE = 5.5
const GROUND = [0x00, 0x5f, 0x45] as const
const CHALK = [0xff, 0xff, 0xff] as const
/** Centre lines, x and y of both ends; the strokes have round ends. */
const STROKES = [
  [17, 17, 17, 47],
  [27, 17, 27, 47],
  [37, 17, 37, 47],
  [47, 17, 47, 47],
  [9.5, 41, 54.5, 23],
] as const

/** Sizes Linux desktops look for, and those inside a Windows icon. */
export const PNG_SIZES = [16, 32, 48, 64, 128, 256, 512] as const
export const ICO_SIZES = [16, 32, 48, 256] as const

export function drawSvg(): string {
  const colour = (rgb: readonly number[]) => `#${Buffer.from(rgb).toString('hex')}`
  const lines = STROKES.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SQUARE} ${SQUARE}">
<title>Tallydock</title>
<rect width="${SQUARE}" height="${SQUARE}" rx="${CORNER}" fill="${colour(GROUND)}"/>
<path d="${lines}" stroke="${colour(CHALK)}" stroke-width="${STROKE}" stroke-linecap="round"/>
</svg>
`
}

/** Rows of red, green, blue, alpha. Each pixel is as covered as its centre is deep inside the shape. */
export function drawPixels(size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4)
  const scale = size / SQUARE
  const covered = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance * scale))
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) / scale, (row + 0.5) / scale]
      const ground = covered(toRoundedSquare(x, y))
      const chalk = covered(Math.min(...STROKES.map((stroke) => toLine(x, y, stroke))) - STROKE / 2)
      const colour = GROUND.map((under, i) => Math.round(under + ((CHALK[i] ?? 0) - under) * chalk))
      pixels.set([...colour, Math.round(255 * ground)], (row * size + column) * 4)
    }
  return pixels
}

/** Distance to the edge, negative inside. */
function toRoundedSquare(x: number, y: number): number {
  const [dx, dy] = [x, y].map((at) => Math.abs(at - SQUARE / 2) - (SQUARE / 2 - CORNER)) as [number, number]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - CORNER
}

function toLine(x: number, y: number, [x1, y1, x2, y2]: readonly [number, number, number, number]): number {
  const [dx, dy] = [x2 - x1, y2 - y1]
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy)
}

/** PNG, eight bits with alpha (ISO/IEC 15948). */
function drawPng(size: number): Buffer {
  const pixels = drawPixels(size)
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let row = 0; row < size; row++)
    rows.set(pixels.subarray(row * size * 4, (row + 1) * size * 4), row * (size * 4 + 1) + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A Windows icon whose pictures are PNG, as Windows reads them since Vista. */
export function drawIco(): Buffer {
  const pictures = ICO_SIZES.map((size) => ({ size, png: drawPng(size) }))
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.set([0, 0, 1, 0, pictures.length, 0])
  let offset = header.length
  pictures.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index
    // 256 is written as 0.
    header.set([size % 256, size % 256, 0, 0, 1, 0, 32, 0], entry)
    header.writeUInt32LE(png.length, entry + 8)
    header.writeUInt32LE(offset, entry + 12)
    offset += png.length
  })
  return Buffer.concat([header, ...pictures.map(({ png }) => png)])
}

if (import.meta.main) {
  const folder = import.meta.dirname
  mkdirSync(join(folder, 'icons'), { recursive: true })
  writeFileSync(join(folder, 'icon.svg'), drawSvg())
  writeFileSync(join(folder, 'icon.ico'), drawIco())
  for (const size of PNG_SIZES) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), drawPng(size))
}
