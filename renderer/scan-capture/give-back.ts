/**
 * Gives characters back that fingers typed and that were held until it was sure no scanner sent them: a field gets them
 * as text, anything else as the key strokes they were.
 */
export function giveBack(typed: string, focused: Element | null): Given | undefined {
  if (focused === null) return undefined
  if (focused instanceof HTMLInputElement && isSwitch(focused)) {
    if (typed.includes(' ')) focused.click()
  } else if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement) {
    return insert(typed, focused)
  } else {
    for (const key of typed) strike(key, focused)
  }
  return undefined
}

/** Where characters were put into a field. */
export interface Given {
  readonly field: HTMLInputElement | HTMLTextAreaElement
  readonly text: string
  /** What was marked in the field and made room for them. */
  readonly instead: string
  /** Behind the last of them. */
  readonly until: number
}

/** Takes the last `count` characters out again, unless the field has been changed since. */
export function takeBack(given: Given | undefined, count: number): void {
  if (given === undefined) return
  const { field, text, instead, until } = given
  const gone = [...text].slice(-count).join('')
  const from = until - gone.length
  if (from < 0 || field.value.slice(from, until) !== gone) return
  field.setRangeText(gone === text ? instead : '', from, until, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'deleteContentBackward' }))
}

function isSwitch(input: HTMLInputElement): boolean {
  return input.type === 'radio' || input.type === 'checkbox'
}

function insert(text: string, field: HTMLInputElement | HTMLTextAreaElement): Given | undefined {
  if (field.disabled || field.readOnly) return undefined
  const from = field.selectionStart ?? field.value.length
  const to = field.selectionEnd ?? from
  const instead = field.value.slice(from, to)
  field.setRangeText(text, from, to, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }))
  return { field, text, instead, until: from + text.length }
}

/** Untrusted, which is how the capture tells it from a real stroke and lets it pass. */
function strike(key: string, focused: Element): void {
  const stroke = { key, code: key === ' ' ? 'Space' : '', bubbles: true, cancelable: true, composed: true }
  focused.dispatchEvent(new KeyboardEvent('keydown', stroke))
  focused.dispatchEvent(new KeyboardEvent('keyup', stroke))
}
