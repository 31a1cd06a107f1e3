import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

test.each([
  ['a station', COMMAND, ['station']],
  ['what npm start runs', fileURLToPath(new URL('../../electron/launch.ts', import.meta.url)), []],
])('%s that npm started ends in order when npm and its shell are ended', async (_what, program, args) => {
  const data = temporaryFolder()
  // As npm does it: a shell between, which hands no signal on. The second command keeps it from becoming the program.
  const line = `"${process.execPath}" "${program}" ${args.join(' ')} --data "${data}" --no-open; true`
  const { DISPLAY: _none, WAYLAND_DISPLAY: _neither, ...env } = process.env
  const shell = spawn('/bin/sh', ['-c', line], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, npm_lifecycle_event: 'practice' },
  })
  onTestFinished(() => void shell.kill('SIGKILL'))
  const out = createInterface({ input: shell.stdout })
  for await (const said of out) if (said.startsWith('station ready ')) break

  // The station writes to the same pipe: it closes when the last of them has ended.
  const closed = once(shell.stdout, 'close')
  shell.kill('SIGTERM')

  await closed
  expect(shell.signalCode).toBe('SIGTERM')
})
