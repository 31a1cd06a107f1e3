/**
 * Gives characters back that fingers typed and that were held until it was sure no scanner sent them: a field gets them
 * as text, anything else as the key strokes they were.
 */
export function giveBack(typed: string, focused: Element | null): void {
  if (focused instanceof HTMLInputElement && isSwitch(focused)) {
    if (typed.includes(' ')) focused.click()
  } else if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement) {
    insert(typed, focused)
  } else if (focused !== null) {
    for (const key of typed) strike(key, focused)
  }
}

function isSwitch(input: HTMLInputElement): boolean {
  return input.type === 'radio' || input.type === 'checkbox'
}

function insert(text: string, field: HTMLInputElement | HTMLTextAreaElement): void {
  if (field.disabled || field.readOnly) return
  const from = field.selectionStart ?? field.value.length
  field.setRangeText(text, from, field.selectionEnd ?? from, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }))
}

/** Untrusted, which is how the capture tells it from a real stroke and lets it pass. */
function strike(key: string, focused: Element): void {
  const stroke = { key, code: key === ' ' ? 'Space' : '', bubbles: true, cancelable: true, composed: true }
  focused.dispatchEvent(new KeyboardEvent('keydown', stroke))
  focused.dispatchEvent(new KeyboardEvent('keyup', stroke))
}
