import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { pageHeaders } from '../src/host/page-headers.ts'
import {
  broken,
  notFound,
  PAGE_STYLE,
  type Page,
  pageHtml,
  stationRefusedPage,
  windowNotBuilt,
} from '../src/host/pages.ts'
import { RENDERER_DIR, SCHEME } from './place.ts'

/** Every kind of file a window is made of. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ogg': 'audio/ogg',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
}

/** Before Electron is ready: our scheme has an origin and counts as secure, and has no right a web page lacks. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the window's files under our scheme, or the page that says why there is no station. */
export class WindowFiles {
  #failure: { readonly code: string; readonly sentence: string } | undefined

  serve(): void {
    protocol.handle(SCHEME, (request) => this.#answer(request))
  }

  /** From now on the window's page says this; load the window anew. */
  refuse(failure: { readonly code: string; readonly sentence: string }): void {
    this.#failure = failure
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method !== 'GET') return pageResponse(notFound)
    if (this.#failure !== undefined) return pageResponse(stationRefusedPage(this.#failure))
    const file = fileOf(pathname)
    if (file === undefined) return pageResponse(notFound)
    try {
      const headers = {
        ...pageHeaders({ connect: [] }),
        'Content-Type': file.type,
        'Cache-Control': 'no-cache',
      }
      return new Response(new Uint8Array(await readFile(file.path)), { headers })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        console.error('a file of the window could not be read:', error)
        return pageResponse(broken)
      }
      return pageResponse(pathname === '/' ? windowNotBuilt : notFound)
    }
  }
}

function pageResponse(page: Page): Response {
  return new Response(pageHtml(page), {
    status: page.status,
    headers: {
      ...pageHeaders({ connect: [], style: PAGE_STYLE }),
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    },
  })
}

/** The file a path names inside the built window; `undefined` for anything outside it and any kind it has none of. */
function fileOf(pathname: string): { readonly path: string; readonly type: string } | undefined {
  let name: string
  try {
    name = decodeURIComponent(pathname === '/' ? '/index.html' : pathname)
  } catch {
    // Badly encoded: it names nothing.
    return undefined
  }
  const type = TYPES[extname(name)]
  const path = normalize(join(RENDERER_DIR, name))
  const root = RENDERER_DIR.endsWith(sep) ? RENDERER_DIR : `${RENDERER_DIR}${sep}`
  if (type === undefined || !path.startsWith(root) || name.includes('\0')) return undefined
  return { path, type }
}
