/** The four families of verdicts: one colour, one shape and one sound each. */
export type Family = 'received' | 'already' | 'attention' | 'stop'

/** What stands inside a family's shape and tells its members apart. */
export type Glyph = 'check' | 'equal' | 'question' | 'plus' | 'pause' | 'arrow' | 'exclamation' | 'cross'
