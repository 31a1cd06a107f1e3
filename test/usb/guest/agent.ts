/**
 * Runs in the guest as the tests' hands and eyes: starts programs, passes their input and output, and says when the
 * kernel made or removed a disk's node. JSON lines over a virtio serial port, in the shapes of `agent-messages.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream, createWriteStream, openSync, readFileSync, statSync, watch } from 'node:fs'
import { createInterface } from 'node:readline'
import type { FromAgent, ToAgent } from './agent-messages.ts'

/** It can be opened once: both ways share the descriptor. */
const port = openSync('/dev/virtio-ports/tallydock', 'r+')
const answers = createWriteStream('', { fd: port })
const children = new Map<number, ChildProcess>()

function tell(message: FromAgent): void {
  answers.write(`${JSON.stringify(message)}\n`)
}

function start({ id, program, args, cwd, env }: Extract<ToAgent, { kind: 'start' }>): void {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } })
  children.set(id, child)
  child.stdout.setEncoding('utf8').on('data', (text: string) => tell({ kind: 'out', id, text }))
  child.stderr.setEncoding('utf8').on('data', (text: string) => tell({ kind: 'err', id, text }))
  child.stdin.on('error', (error) => tell({ kind: 'err', id, text: String(error) }))
  child.on('error', (error) => tell({ kind: 'err', id, text: String(error) }))
  child.on('close', (code, signal) => {
    children.delete(id)
    tell({ kind: 'ended', id, code, signal })
  })
}

function obey(message: ToAgent): void {
  switch (message.kind) {
    case 'start':
      start(message)
      return
    case 'input':
      children.get(message.id)?.stdin?.write(message.text)
      return
    case 'end-input':
      children.get(message.id)?.stdin?.end()
      return
    case 'kill':
      children.get(message.id)?.kill(message.signal)
  }
}

/** When the kernel made a disk's node, by the node itself: udev changes its owner later, not its time of birth. */
function tellDisk(kname: string): void {
  try {
    const madeAt = statSync(`/dev/${kname}`).birthtimeMs
    const sequence = readFileSync(`/sys/block/${kname}/diskseq`, 'utf8').trim()
    tell({ kind: 'disk', kname, madeAt, sequence })
  } catch {
    tell({ kind: 'no-disk', kname, at: Date.now() })
  }
}

watch('/dev', (_event, name) => {
  if (name !== null && /^sd[a-z]+$/.test(name)) tellDisk(name)
})
createInterface({ input: createReadStream('', { fd: port }) }).on('line', (line) =>
  obey(JSON.parse(line) as ToAgent),
)
tell({ kind: 'ready' })
