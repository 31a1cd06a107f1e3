/** Line drawings of 28 × 28. Each stands beside its word and says nothing by itself. */
const LINES = {
  receive: 'M4 15v8a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-8M14 3v13M8.5 11l5.5 5.5 5.5-5.5',
  bays: 'M4 5h20v18H4zM4 11h20M4 17h20M19.5 8h.1M19.5 14h.1M19.5 20h.1',
  'ship-back': 'M4 13v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V13M14 18V4M8.5 9.5 14 4l5.5 5.5',
  cases: 'M6 26V4h14l-3 5 3 5H6',
  jobs: 'M10 7h14M10 14h14M10 21h14M4 7h.1M4 14h.1M4 21h.1',
  journal: 'M6 4h14a2 2 0 0 1 2 2v18H8a2 2 0 0 1-2-2zM10 10h8M10 15h8M6 20h16',
  station: 'M4 8h9M19 8h5M4 20h5M15 20h9M13 8a3 3 0 1 0 6 0 3 3 0 1 0-6 0M9 20a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  person: 'M9 9a5 5 0 1 0 10 0A5 5 0 1 0 9 9M4 25c1-5.5 5-8 10-8s9 2.5 10 8',
  storage: 'M5 7c0-5 18-5 18 0v14c0 5-18 5-18 0zM5 7c0 5 18 5 18 0M5 14c0 5 18 5 18 0',
  unsent: 'M14 24V5M6.5 12.5 14 5l7.5 7.5',
  undo: 'M9 5 4 10l5 5M4.5 10H17a7 7 0 0 1 0 14h-6',
  lock: 'M6 12h16v13H6zM9.5 12V8a4.5 4.5 0 0 1 9 0v4',
  shelf: 'M3 12 14 5l11 7M5.5 24V12M22.5 24V12M6 18.5h16',
  scan: 'M3 9V5h4M21 5h4v4M25 19v4h-4M7 23H3v-4M8.5 9v10M12 9v10M15.5 9v10M19.5 9v10',
  box: 'M4 9 14 4l10 5v11l-10 5-10-5zM4 9l10 5 10-5M14 14v11',
  print: 'M8 10V3h12v7M8 20H4V10h20v10h-4M8 16h12v9H8z',
  'take-out': 'M14 18V4M8 10l6-6 6 6M4 24h20',
  hand: 'M9 14V7a2 2 0 0 1 4 0v5V5a2 2 0 0 1 4 0v7-5a2 2 0 0 1 4 0v10c0 5-3 8-7 8s-6-2-8-6l-2-4c1-2 3-2 5-1z',
  chosen: 'M5 15l6 6L23 8',
  keyboard: 'M3 7h22v14H3zM7 11.5h.1M11.5 11.5h.1M16 11.5h.1M20.5 11.5h.1M8 16.5h12',
} as const

export type IconName = keyof typeof LINES

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 28 28" aria-hidden="true">
      <path d={LINES[name]} />
    </svg>
  )
}
