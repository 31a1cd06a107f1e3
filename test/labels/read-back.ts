import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** Reads printed paper back: PDF to pixels as a printer of some resolution would, pixels to codes, pages to text. */

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
prepareZXingModule({
  overrides: {
    wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer,
  },
})

/** Grey pixels, row by row, 0 black to 255 white. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly grey: Uint8Array
}

export interface PrintedPage {
  readonly widthPt: number
  readonly heightPt: number
  readonly text: string
  readonly picture: Picture
}

export async function printed(pdf: Uint8Array, dpi: number): Promise<PrintedPage[]> {
  const library = await PDFiumLibrary.init()
  try {
    const document = await library.loadDocument(pdf)
    const pages: PrintedPage[] = []
    for (const page of document.pages()) {
      const { originalWidth, originalHeight } = page.getOriginalSize()
      // Before rendering, which closes the page.
      const text = page.getText()
      const { width, height, data } = await page.render({ scale: dpi / 72, render: 'bitmap' })
      // The text is one grey tone, so one of the four colour bytes tells all.
      const grey = Uint8Array.from({ length: width * height }, (_, index) => data[index * 4] ?? 255)
      pages.push({
        widthPt: originalWidth,
        heightPt: originalHeight,
        text,
        picture: { width, height, grey },
      })
    }
    document.destroy()
    return pages
  } finally {
    library.destroy()
  }
}

/** What the reader takes besides files: it only looks at these members of a browser's ImageData. */
type PixelInput = Exclude<Parameters<typeof readBarcodes>[0], Blob | ArrayBuffer | Uint8Array>

/** Every Code 128 a scanner finds in the picture, top to bottom, left to right. */
export async function codesIn({ width, height, grey }: Picture): Promise<string[]> {
  const data = new Uint8ClampedArray(width * height * 4)
  for (const [index, level] of grey.entries()) data.set([level, level, level, 255], index * 4)
  const found = await readBarcodes({ data, width, height, colorSpace: 'srgb' } as PixelInput, {
    formats: ['Code128'],
    tryHarder: true,
    maxNumberOfSymbols: 50,
  })
  return found
    .filter((code) => code.isValid)
    .toSorted(
      (a, b) => a.position.topLeft.y - b.position.topLeft.y || a.position.topLeft.x - b.position.topLeft.x,
    )
    .map((code) => code.text)
}

/** Each pixel the mean of itself and its neighbours: a printhead that smears, or a camera out of focus. */
export function blurred({ width, height, grey }: Picture): Picture {
  const soft = grey.map((_, index) => {
    const x = index % width
    const y = Math.floor(index / width)
    let sum = 0
    let count = 0
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue
        sum += grey[(y + dy) * width + x + dx] ?? 255
        count++
      }
    }
    return Math.round(sum / count)
  })
  return { width, height, grey: soft }
}

/** Whether anything was printed within `bandPx` of an edge. */
export function inkNearEdge({ width, height, grey }: Picture, bandPx: number): boolean {
  return grey.some((level, index) => {
    const x = index % width
    const y = Math.floor(index / width)
    const near = x < bandPx || y < bandPx || x >= width - bandPx || y >= height - bandPx
    return near && level < 250
  })
}
