/** What keeps a printer from printing, in words for an operator: "NAME `is`. `remedy`; …". */
export interface PrinterTrouble {
  readonly is: string
  readonly remedy: string
  /** How long this may pass by itself. */
  readonly patienceMs: number
}

const PASSING_MS = 2_000
/** A printer that wakes up or is busy with another computer. */
const CONNECTING_MS = 15_000

const TROUBLES: readonly (readonly [RegExp, PrinterTrouble])[] = [
  trouble(/^(media-empty|media-needed|input-tray-missing)/, 'is out of paper or labels', 'Load some'),
  trouble(/^media-jam/, 'has a paper jam', 'Clear it'),
  trouble(/^(cover-open|door-open|interlock-open)/, 'is open', 'Close it'),
  trouble(/^(toner-empty|marker-supply-empty)/, 'is out of toner, ink or ribbon', 'Replace it'),
  trouble(/^output-area-full/, 'has a full output tray', 'Empty it'),
  trouble(/^(paused|moving-to-paused)/, 'is paused', 'Let it go on'),
  trouble(/^(offline|shutdown)/, 'is off or not connected', 'Switch it on and look at its cable'),
  trouble(/^(connecting-to-device|timed-out)/, 'does not answer', 'Look at it and its cable', CONNECTING_MS),
]

function trouble(
  keyword: RegExp,
  is: string,
  remedy: string,
  patienceMs = PASSING_MS,
): readonly [RegExp, PrinterTrouble] {
  return [keyword, { is, remedy, patienceMs }]
}

/**
 * The worst among a printer's state reasons, keywords of RFC 8011 section 5.4.12 with `-report`, `-warning` or `-error`
 * behind them; undefined when it can print. A warning (paper is low) never keeps a printer from printing.
 */
export function printerTrouble(reasons: readonly string[]): PrinterTrouble | undefined {
  const serious = reasons.filter((reason) => !reason.endsWith('-warning'))
  for (const [keyword, known] of TROUBLES) if (serious.some((reason) => keyword.test(reason))) return known
  const error = serious.find((reason) => reason.endsWith('-error'))
  if (error === undefined) return undefined
  return { is: `reports ${error}`, remedy: 'Look at the printer', patienceMs: PASSING_MS }
}
