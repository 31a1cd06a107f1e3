import type { JobResource } from '../jobs/job-resource.ts'
import { type Html, html } from './html.ts'
import { LANGUAGES, type Language, say, type Words } from './words.ts'

/** What every page knows. */
export interface Reader {
  readonly language: Language
  readonly words: Words
  readonly names: ReadonlyMap<Language, Words>
}

/** The form that signs in; `wrong` says why the last try did not. */
export function signInPage(reader: Reader, wrong?: keyof Words['signIn']): string {
  const { words } = reader
  return page(
    reader,
    words.signIn.heading,
    undefined,
    html`<h1>${words.signIn.heading}</h1>
<p class="soft">${words.signIn.lead}</p>
${wrong === undefined ? undefined : html`<p class="wrong" role="alert" id="wrong">${words.signIn[wrong]}</p>`}
<form class="sign-in card" method="post" action="/sign-in?lang=${reader.language}">
<label for="token">${words.signIn.token}</label>
<input id="token" name="token" type="password" required maxlength="512" autocomplete="off" spellcheck="false"${
      wrong === undefined ? undefined : html` aria-invalid="true" aria-describedby="wrong"`
    }>
<button type="submit">${words.signIn.button}</button>
</form>`,
  )
}

export interface Shown {
  readonly subscription: string
  readonly jobs: readonly JobResource[]
  /** Token of the next page of jobs. */
  readonly next?: string | undefined
  /** This is not the first page of jobs. */
  readonly further: boolean
  readonly at: number
}

export function jobsPage(reader: Reader, shown: Shown): string {
  const { words, language } = reader
  const time = new Date(shown.at).toLocaleString(language, {
    timeZone: 'UTC',
    dateStyle: 'long',
    timeStyle: 'short',
  })
  return page(
    reader,
    words.jobs,
    html`<form method="post" action="/sign-out?lang=${language}"><button type="submit">${words.signOut}</button></form>`,
    html`<h1>${words.jobs}</h1>
<p class="soft">${words.subscription} <span class="serial">${shown.subscription}</span></p>
${shown.jobs.length === 0 ? html`<p class="card">${words.noJobs}</p>` : shown.jobs.map((job) => jobCard(reader, job))}
${shown.further ? html`<p><a href="/?lang=${language}">${words.firstJobs}</a></p>` : undefined}
${
  shown.next === undefined
    ? undefined
    : html`<p><a href="/?lang=${language}&amp;after=${encodeURIComponent(shown.next)}">${words.moreJobs}</a></p>`
}
<p class="soft">${say(words.asOf, { time })}</p>`,
  )
}

function jobCard(reader: Reader, job: JobResource): Html {
  const { words } = reader
  const { state, jobType, percentComplete, cancelRequested, deliveryPackage, returnPackage } = job.properties
  const { incompleteBlobListUri } = job.properties
  return html`<section class="card">
<div class="head"><h2>${job.name}</h2><p class="soft">${words.type[jobType]} · ${job.location}</p></div>
<p><span class="word">${state === 'Deleted' ? state : words.jobState[state]}</span> <span class="code soft">${state}</span></p>
<p><progress max="100" value="${percentComplete}" aria-label="${job.name}"></progress><br>${say(words.percent, { percent: percentComplete })}</p>
${cancelRequested ? html`<p>${words.cancelRequested}</p>` : undefined}
${deliveryPackage === undefined ? undefined : html`<p class="soft">${sent(words.sentIn, deliveryPackage)}</p>`}
${returnPackage === undefined ? undefined : html`<p class="soft">${sent(words.sentBack, returnPackage)}</p>`}
${incompleteBlobListUri === undefined ? undefined : html`<p>${say(words.incomplete, { path: incompleteBlobListUri })}</p>`}
${drives(reader, job)}
</section>`
}

const sent = (sentence: string, parcel: { carrierName: string; trackingNumber: string }) =>
  say(sentence, { carrier: parcel.carrierName, tracking: parcel.trackingNumber })

function drives({ words, language }: Reader, job: JobResource): Html {
  const list = job.properties.driveList ?? []
  if (list.length === 0) return html`<p class="soft">${words.noDrives}</p>`
  const rows = list.map(
    (drive) => html`<tr>
<td class="serial">${drive.driveId}</td>
<td><strong>${words.driveState[drive.state]}</strong><br><span class="code soft">${drive.state}</span></td>
<td>${drive.percentComplete === undefined ? '–' : `${drive.percentComplete} %`}</td>
<td>${drive.bytesSucceeded === undefined ? '–' : drive.bytesSucceeded.toLocaleString(language)}</td>
<td>${logs(words, drive)}</td>
</tr>`,
  )
  return html`<h3>${words.drives}</h3>
<div class="scroll" role="region" tabindex="0" aria-label="${words.drives}: ${job.name}"><table>
<thead><tr><th scope="col">${words.drive}</th><th scope="col">${words.state}</th><th scope="col">${words.progress}</th><th scope="col">${words.bytes}</th><th scope="col">${words.logs}</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`
}

type Drive = NonNullable<JobResource['properties']['driveList']>[number]

function logs(words: Words, { errorLogUri, verboseLogUri, manifestUri }: Drive): Html {
  const found = (
    [
      [words.errorLog, errorLogUri],
      [words.verboseLog, verboseLogUri],
      [words.manifest, manifestUri],
    ] as const
  ).flatMap(([what, where]) => (where === undefined ? [] : [html`<li>${log(what, where)}</li>`]))
  return found.length === 0 ? html`<span class="soft">${words.noLogs}</span>` : html`<ul>${found}</ul>`
}

/** A link where a browser can follow it; otherwise the place in the customer's storage. */
function log(what: string, where: string): Html {
  return where.startsWith('https://')
    ? html`<a href="${where}" rel="noreferrer">${what}</a>`
    : html`${what}: <span class="path">${where}</span>`
}

function page(reader: Reader, title: string, aside: Html | undefined, content: Html): string {
  const { words, language, names } = reader
  const links = LANGUAGES.map((one) => {
    const name = names.get(one)?.languageName ?? one
    return one === language
      ? html`<li><span lang="${one}" aria-current="true">${name}</span></li>`
      : html`<li><a href="/?lang=${one}" lang="${one}" hreflang="${one}">${name}</a></li>`
  })
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Tallydock</title>
<link rel="stylesheet" href="/page/page.css">
</head>
<body>
<header>
<p>Tallydock · ${words.title}</p>
<nav aria-label="${words.language}"><ul>${links}</ul></nav>
${aside}
</header>
<main>
${content}
</main>
</body>
</html>
`.text
}
