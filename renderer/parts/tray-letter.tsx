import type { ReactNode } from 'react'

/** What stands on the tray itself. `hatched` is a shelf, or no place at all. */
export function TrayLetter({ children, hatched = false }: { children?: ReactNode; hatched?: boolean }) {
  return (
    <span className={hatched ? 'letter letter-hatched' : 'letter'} aria-hidden="true">
      {children}
    </span>
  )
}
