import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps {
  readonly onPress: () => void
  readonly children: ReactNode
  readonly kind?: 'plain' | 'main' | 'quiet'
  readonly icon?: IconName
  /** The command barcode that does the same. */
  readonly command?: string
  readonly label?: string
  readonly disabled?: boolean
}

export function Button(props: ButtonProps) {
  const { onPress, children, kind = 'plain', icon, command, label, disabled = false } = props
  return (
    <AriaButton
      className={`button button-${kind}${command === undefined ? '' : ' button-two'}`}
      onPress={onPress}
      isDisabled={disabled}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      <span className="button-word">
        {icon !== undefined && <Icon name={icon} />}
        {children}
      </span>
      {command !== undefined && <span className="command">{command}</span>}
    </AriaButton>
  )
}
