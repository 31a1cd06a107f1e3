/** Copies the manifest itself into the storage, beside the logs, when the job asks for it (`backupDriveManifest`). */
import { createHash } from 'node:crypto'
import type { Failure, Outcome } from '../../lifecycle/outcome.ts'
import type { BlobFailure, BlobOutcome } from '../../ports/blob-store.ts'
import type { ManifestBytes } from '../manifest/read-manifest.ts'
import type { ImportContext } from './context.ts'

/** Byte for byte, as the customer made it. A copy of an earlier run under this name is replaced. */
export async function copyManifest(
  context: ImportContext,
  bytes: ManifestBytes,
  name: string,
): Promise<Outcome<undefined>> {
  const { store, order } = context
  const key = `${order.copyId}/manifest-copy`
  const begun = await context.ask(() => store.begin({ key, name, kind: 'block', continues: false }))
  if (!begun.ok) return begun
  const upload = begun.value
  const leave = async (failed: { readonly ok: false; readonly failure: Failure | BlobFailure }) => {
    await upload.leave()
    return failed
  }
  let offsetBytes = 0
  for (;;) {
    const chunk = await bytes.read(offsetBytes)
    if (!chunk.ok) return leave(chunk)
    if (chunk.value.length === 0) break
    const staged = await context.ask(() => upload.stage(pieceOf(offsetBytes, chunk.value)))
    if (!staged.ok) return leave(staged)
    offsetBytes += chunk.value.length
  }
  const flushed = await context.ask(() => upload.flush(offsetBytes))
  if (!flushed.ok) return leave(flushed)
  const done: BlobOutcome<unknown> = await context.ask(() =>
    upload.commit({ condition: 'overwrite', properties: {}, metadata: {} }),
  )
  return done.ok ? { ok: true, value: undefined } : leave(done)
}

function pieceOf(offsetBytes: number, bytes: Uint8Array) {
  const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
  return { offsetBytes, bytes, parts: [{ offsetBytes, lengthBytes: bytes.length, md5 }] }
}
