/** The little we use of fontkit, which ships no types: metrics and coverage of a font file. */
declare module 'fontkit' {
  export interface Font {
    readonly unitsPerEm: number
    hasGlyphForCodePoint(codePoint: number): boolean
    /** Shapes a run with the font's own kerning. */
    layout(text: string): GlyphRun
  }

  export interface GlyphRun {
    /** In font units. */
    readonly glyphs: readonly { readonly advanceWidth: number }[]
    /** One per glyph, in font units, kerning included. */
    readonly positions: readonly { readonly xAdvance: number }[]
  }

  /** Reads TrueType, OpenType, WOFF and WOFF2. */
  export function create(bytes: Uint8Array): Font
}
