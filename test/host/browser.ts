import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Asks as told, header by header, without a browser's own additions: `fetch` would not let a test lie about its host. */
export function ask(
  url: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    path?: string
  } = {},
): Promise<Answer> {
  const target = new URL(url)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: target.hostname,
        port: target.port,
        path: options.path ?? `${target.pathname}${target.search}`,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          body += text
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      },
    )
    // A refused WebSocket and a cut line end here too.
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('upgraded'))
    })
    request.on('error', reject)
    request.end()
  })
}

/** Opens a printed address as a browser does, and answers the cookie it was given. */
export async function letIn(host: { link(): string }): Promise<string> {
  const answer = await ask(host.link())
  const [cookie] = answer.headers['set-cookie'] ?? []
  if (cookie === undefined) throw new Error(`no cookie: ${answer.status} ${answer.body}`)
  return cookie.split(';', 1)[0] ?? ''
}
