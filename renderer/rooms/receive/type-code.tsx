import { Form, Input, Label, TextField } from 'react-aria-components'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { useWords } from '../../words/use-words.ts'

/** What is being typed; undefined while the field is closed. Kept by the room, so that no scan takes it away. */
export interface Typing {
  readonly text: string | undefined
  readonly set: (text: string | undefined) => void
}

/** For a code no scanner reads any more: the characters under its bars, typed. What is sent is a scan like any other. */
export function TypeCode({ typing: { text, set } }: { readonly typing: Typing }) {
  const { t } = useWords()
  const connection = useConnection()
  if (text === undefined)
    return (
      <Button kind="quiet" icon="keyboard" onPress={() => set('')}>
        {t('scans.type')}
      </Button>
    )
  const send = () => {
    if (text.trim() === '') return
    connection.submitScan(text.trim())
    set('')
  }
  return (
    <Form
      className="type-code"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <TextField
        value={text}
        onChange={set}
        autoFocus
        onKeyDown={(event) => event.key === 'Escape' && set(undefined)}
      >
        <Label>{t('scans.typed')}</Label>
        <Input autoComplete="off" spellCheck={false} />
      </TextField>
      <Button onPress={send}>{t('scans.send')}</Button>
      <Button kind="quiet" onPress={() => set(undefined)}>
        {t('scans.cancel')}
      </Button>
    </Form>
  )
}
