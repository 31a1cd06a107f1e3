import { Label, Radio, RadioGroup } from 'react-aria-components'
import { Icon } from '../../parts/icon.tsx'

interface ChoiceProps {
  readonly label: string
  readonly options: readonly { readonly value: string; readonly words: string; readonly lang?: string }[]
  readonly value: string
  readonly onChoose: (value: string) => void
}

/** One of a few. */
export function Choice({ label, options, value, onChoose }: ChoiceProps) {
  return (
    <RadioGroup className="choice" value={value} onChange={onChoose}>
      <Label>{label}</Label>
      <div className="choice-options">
        {options.map(({ value: option, words, lang }) => (
          <Radio key={option} value={option} className="choice-option">
            <span lang={lang}>{words}</span>
            {option === value && <Icon name="chosen" />}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
