import type { RefusalReason } from './admission.ts'

/** A page that stands in for the window and says what to do. Plain words, no script. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly sentences: readonly string[]
}

/** Pages for requests that are not let in. `authority` is `127.0.0.1:PORT`. */
export function refusalPage(reason: RefusalReason, authority: string): Page {
  switch (reason) {
    case 'wrong-host':
      return {
        status: 421,
        title: 'Not the address of this station',
        sentences: [`The station answers only at http://${authority}/. Open that address.`],
      }
    case 'foreign-page':
      return {
        status: 403,
        title: 'Asked for by another page',
        sentences: [
          'Another web page tried to reach the station, and that is not allowed.',
          'Type the address of the station into the address bar, or open the one it printed.',
        ],
      }
    case 'wrong-method':
      return {
        status: 405,
        title: 'Not possible here',
        sentences: ['The station only shows its window here.', `Open http://${authority}/.`],
      }
    case 'used-ticket':
      return {
        status: 403,
        title: 'This address has been used',
        sentences: [
          'The address a station prints works once, and for five minutes.',
          'Open another window in the browser that is let in already, or start the station anew: it prints a new one.',
        ],
      }
    case 'not-let-in':
      return {
        status: 403,
        title: 'This browser is not let in yet',
        sentences: [
          'Open the address that the station printed; it ends in a token that works once, and for five minutes.',
          'If it is too old, start the station anew: it prints a new one.',
        ],
      }
  }
}

export const windowNotBuilt: Page = {
  status: 503,
  title: 'The window has not been built',
  sentences: [
    'Run "npm ci && npm run build:renderer" in the folder of Tallydock, then reload this page.',
    'Scans and copies go on meanwhile.',
  ],
}

export const notFound: Page = {
  status: 404,
  title: 'Nothing here',
  sentences: ['The station has no page of this name. Open its first page.'],
}

export const broken: Page = {
  status: 500,
  title: 'The page could not be made',
  sentences: ['The station goes on working. Reload this page; if it stays, look at the log.'],
}

/** For an engine that could not start, such as a second station on one data folder. */
export function stationRefusedPage(failure: { readonly code: string; readonly sentence: string }): Page {
  if (failure.code !== 'data-folder-in-use')
    return { status: 503, title: 'The station could not start', sentences: [failure.sentence] }
  return {
    status: 503,
    title: 'Another station is running on this data folder',
    sentences: [
      failure.sentence,
      'Or go on in its window: it works as before, and nothing that was scanned is lost.',
    ],
  }
}

/** The text of the one style element of these pages; `pageHeaders` allows exactly it. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 1.5rem/1.5 system-ui, sans-serif }
body { max-width: 34em; margin: 15vh auto; padding: 0 1em }
h1 { font-size: 2.2rem; line-height: 1.2 }
`

export function pageHtml(page: Page): string {
  const paragraphs = page.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · Tallydock</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(page.title)}</h1>
${paragraphs}
</main>
</body>
</html>
`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}
