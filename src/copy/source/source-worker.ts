/** A reading thread: reads and hashes what it is asked for, one request after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { SourceFiles } from './source-files.ts'
import type { WorkerAnswer, WorkerData, WorkerRequest } from './source-pool.ts'

const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread only')
const { memories, root } = workerData as WorkerData
let files = new SourceFiles(root)

port.on('message', (requests: readonly WorkerRequest[]) => {
  port.postMessage(requests.map(serve) satisfies WorkerAnswer[])
})

function serve(request: WorkerRequest): WorkerAnswer {
  switch (request.type) {
    case 'read': {
      const memory = memories[request.slab]
      if (memory === undefined) throw new RangeError(`there is no slab ${request.slab}`)
      const { lengthBytes, offsetBytes, pieceBytes, keepOpen } = request
      const into = new Uint8Array(memory, request.at, lengthBytes)
      const parts = request.parts ?? [{ at: 0, lengthBytes }]
      return files.read({ path: request.path.split('\\'), offsetBytes, into, parts, pieceBytes, keepOpen })
    }
    case 'probe':
      return files.probe(request.path, request.identity, request.isThorough)
    case 'move':
      files.close()
      files = new SourceFiles(request.root)
      return undefined
  }
}
