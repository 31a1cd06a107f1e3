import { useState } from 'react'
import { Form, Input, Label, TextField } from 'react-aria-components'
import { useConnection } from '../../engine.ts'
import { Button } from '../../parts/button.tsx'
import { useWords } from '../../words/use-words.ts'

/** For a code no scanner reads any more: the characters under its bars, typed. What is sent is a scan like any other. */
export function TypeCode() {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  if (open) return <CodeForm close={() => setOpen(false)} />
  return (
    <Button kind="quiet" icon="keyboard" onPress={() => setOpen(true)}>
      {t('scans.type')}
    </Button>
  )
}

function CodeForm({ close }: { readonly close: () => void }) {
  const { t } = useWords()
  const connection = useConnection()
  const [text, setText] = useState('')
  const send = () => {
    if (text.trim() === '') return
    connection.submitScan(text.trim())
    setText('')
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
        onChange={setText}
        autoFocus
        onKeyDown={(event) => event.key === 'Escape' && close()}
      >
        <Label>{t('scans.typed')}</Label>
        <Input autoComplete="off" spellCheck={false} />
      </TextField>
      <Button onPress={send}>{t('scans.send')}</Button>
      <Button kind="quiet" onPress={close}>
        {t('scans.cancel')}
      </Button>
    </Form>
  )
}
