import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'
import type { Face } from './layout.ts'

/**
 * The fonts of printed paper: which file draws which character, and how wide text is.
 *
 * Each face comes as two files, Latin and Latin Extended, so a line may need both. WOFF and not WOFF2, because the PDF
 * embedder cannot take WOFF2's transformed outlines apart.
 */

const require = createRequire(import.meta.url)

/** What stands for a character that no file of the face has. Every face has it. */
export const REPLACEMENT = '?'

/** Part of a line that one font file draws. */
export interface FontRun {
  /** Unique per file, usable as a font name inside a document. */
  readonly fontName: string
  readonly text: string
}

const FACES: Record<Face, { readonly family: 'next' | 'mono'; readonly weight: number }> = {
  sans: { family: 'next', weight: 400 },
  'sans-bold': { family: 'next', weight: 700 },
  'sans-heavy': { family: 'next', weight: 800 },
  mono: { family: 'mono', weight: 400 },
  'mono-bold': { family: 'mono', weight: 800 },
}

interface FontFile {
  readonly name: string
  readonly bytes: Buffer
  readonly font: Font
}

const loaded = new Map<Face, readonly [FontFile, FontFile]>()
const byName = new Map<string, FontFile>()

function filesOf(face: Face): readonly [FontFile, FontFile] {
  const known = loaded.get(face)
  if (known !== undefined) return known
  const { family, weight } = FACES[face]
  const load = (subset: string): FontFile => {
    const name = `atkinson-hyperlegible-${family}-${subset}-${weight}-normal`
    const bytes = readFileSync(
      require.resolve(`@fontsource/atkinson-hyperlegible-${family}/files/${name}.woff`),
    )
    const file = { name, bytes, font: create(bytes) }
    byName.set(name, file)
    return file
  }
  const files = [load('latin'), load('latin-ext')] as const
  loaded.set(face, files)
  return files
}

function fileWith(face: Face, character: string): FontFile | undefined {
  const codePoint = character.codePointAt(0)
  if (codePoint === undefined) return undefined
  return filesOf(face).find((file) => file.font.hasGlyphForCodePoint(codePoint))
}

/** Whether the face can draw this one character. */
export function canDraw(face: Face, character: string): boolean {
  return fileWith(face, character) !== undefined
}

/** The bytes of a font file named by a run. */
export function fontBytes(fontName: string): Buffer {
  return loadedFile(fontName).bytes
}

function loadedFile(fontName: string): FontFile {
  const file = byName.get(fontName)
  if (file === undefined) throw new RangeError(`no run was ever made with the font ${fontName}`)
  return file
}

/** Cuts a line into runs, each drawn by one file. A character that the face lacks becomes the replacement. */
export function fontRuns(text: string, face: Face): FontRun[] {
  const runs: { fontName: string; text: string }[] = []
  for (const character of text) {
    const file = fileWith(face, character)
    const fontName = (file ?? filesOf(face)[0]).name
    const drawn = file === undefined ? REPLACEMENT : character
    const last = runs.at(-1)
    if (last?.fontName === fontName) last.text += drawn
    else runs.push({ fontName, text: drawn })
  }
  return runs
}

/** A drawn line, glyph by glyph, in ems. */
export interface Shape {
  /** Where the pen stands before each glyph, kerning included; one more entry tells where it stands at the end. */
  readonly pen: readonly number[]
  /** How wide each glyph is by itself: what it takes when it is the last of a line. */
  readonly own: readonly number[]
}

/** Shapes a text as it will be drawn: run by run and word by word, so kerning never reaches over a space. */
export function shape(text: string, face: Face): Shape {
  const pen = [0]
  const own: number[] = []
  let x = 0
  for (const run of fontRuns(text, face)) {
    const { font } = loadedFile(run.fontName)
    for (const word of run.text.split(/(?<= )/)) {
      const { glyphs, positions } = font.layout(word)
      for (const [index, glyph] of glyphs.entries()) {
        x += (positions[index]?.xAdvance ?? 0) / font.unitsPerEm
        pen.push(x)
        own.push(glyph.advanceWidth / font.unitsPerEm)
      }
    }
  }
  return { pen, own }
}

export function widthEm(text: string, face: Face): number {
  return shape(text, face).pen.at(-1) ?? 0
}
