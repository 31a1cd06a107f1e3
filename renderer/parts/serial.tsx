import { visible } from '../words/visible.ts'

const EMPHASISED = 4

/** A drive's serial: its last four characters are what people compare. Always left to right, whatever is in it. */
export function Serial({ text }: { readonly text: string }) {
  const characters = [...visible(text)]
  const start = Math.max(0, characters.length - EMPHASISED)
  return (
    <bdo dir="ltr" className="serial">
      {characters.slice(0, start).join('')}
      <b>{characters.slice(start).join('')}</b>
    </bdo>
  )
}

/** A published state or code: not translated, beside the words for it. */
export function Code({ text }: { readonly text: string }) {
  return <span className="code">{visible(text)}</span>
}

/** Any other text from outside, kept from disturbing the order of what stands around it. */
export function Outside({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>
}
