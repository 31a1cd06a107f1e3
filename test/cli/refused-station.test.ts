import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { ask, letIn } from '../host/browser.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

interface Started {
  readonly child: ChildProcess
  readonly lines: string[]
  readonly notes: string[]
  /** The first line that begins so, without its beginning. */
  line(begins: string): Promise<string>
  exit(): Promise<number | null>
}

function station(data: string): Started {
  const child = spawn(process.execPath, [COMMAND, 'station', '--data', data, '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'close')
  const [lines, notes]: [string[], string[]] = [[], []]
  const heard = createInterface({ input: child.stdout })
  heard.on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => notes.push(line))
  return {
    child,
    lines,
    notes,
    async line(begins) {
      const found = () => lines.find((line) => line.startsWith(begins))
      while (found() === undefined) await once(heard, 'line')
      return found()?.slice(begins.length) ?? ''
    },
    async exit() {
      const [code] = await exited
      return code as number | null
    },
  }
}

test('a second station on a data folder says so in one line and on a page, and could not run', async () => {
  const data = temporaryFolder()
  const first = station(data)
  const link = await first.line('station ready ')

  const second = station(data)
  const page = await second.line('station refused ')
  const headers = { cookie: await letIn({ link: () => page }) }
  const shown = await ask(new URL('/', page).href, { headers })

  expect(shown.status).toBe(503)
  expect(shown.body).toContain('Another station is running on this data folder')
  expect(shown.body).toContain('Close it, or choose another --data folder.')
  expect(await second.exit()).toBe(1)
  expect(JSON.parse(second.lines[0] ?? '')).toMatchObject({ error: { code: 'data-folder-in-use' } })
  expect(second.notes.filter((note) => !note.startsWith('{'))).toEqual([
    expect.stringContaining('Another station is running on'),
  ])

  // The one that runs goes on, and the browser it let in stays in over its death.
  const cookie = await letIn({ link: () => link })
  const { port, href } = new URL('/', link)
  expect((await ask(href, { headers: { cookie } })).status).toBe(200)
  first.child.kill('SIGKILL')
  await first.exit()
  const again = spawn(process.execPath, [COMMAND, 'station', '--data', data, '--no-open', '--port', port], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void again.kill('SIGKILL'))
  await once(createInterface({ input: again.stdout }), 'line')
  await expect.poll(async () => (await ask(href, { headers: { cookie } })).status).toBe(200)
})

test('a station that is told to end while its page is up ends at once, and could not run', async () => {
  const data = temporaryFolder()
  await station(data).line('station ready ')
  const second = station(data)
  await second.line('station refused ')

  second.child.kill('SIGTERM')

  expect(await second.exit()).toBe(1)
})
