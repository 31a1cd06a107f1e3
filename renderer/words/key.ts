/** Names of the window's texts, so that a name without words does not compile. */
import type words from '../../assets/locales/en/window.json'

/** `a.b.c` for every text; the forms of a plural (`…_one`, `…_other`) count as one. */
type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? Singular<K> : `${K}.${Paths<T[K]>}`
}[keyof T & string]

type Singular<K extends string> =
  K extends `${infer Stem}_${'one' | 'other' | 'few' | 'many' | 'two' | 'zero'}` ? Stem : K

export type Key = Paths<typeof words>

export type Values = Readonly<Record<string, string | number>>
