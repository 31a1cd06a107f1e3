/**
 * Failure as a value.
 *
 * A function that can fail in a way a person or another room has to react to returns an `Outcome`. Exceptions
 * are left for defects. A failure never looks like an empty success: `ok` must be asked first.
 */

/** What went wrong, in a form a screen, a log and a script can all use. */
export interface Failure<Code extends string = string> {
  /** Stable word for programs, kebab-case unless a published format names it otherwise. */
  readonly code: Code
  /** One sentence: what happened and what to do next. Never holds a secret. */
  readonly sentence: string
  /** Short technical detail for a log (an errno, a path, a byte offset). Never holds a secret. */
  readonly detail?: string
}

export type Outcome<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure<Code> }

export function ok(): { readonly ok: true; readonly value: undefined }
export function ok<T>(value: T): { readonly ok: true; readonly value: T }
export function ok<T>(value?: T) {
  return { ok: true, value } as const
}

export function fail<Code extends string>(
  code: Code,
  sentence: string,
  detail?: string,
): { readonly ok: false; readonly failure: Failure<Code> } {
  return { ok: false, failure: detail === undefined ? { code, sentence } : { code, sentence, detail } }
}
