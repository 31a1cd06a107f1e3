/**
 * Reads back what a storage shows only after `flush`: every part of the blob, before the blob gets its name. Parts that come
 * back wrong are copied once more from the drive, then given up.
 */
import type { BlobOutcome, StagedPart, UploadTicket } from '../../ports/blob-store.ts'
import type { ImportContext } from './context.ts'
import type { Transfer } from './transfer.ts'

/** Reads at once for one blob. */
const LANES = 4

/** Undefined: the proof failed, and the transfer says why. */
export async function proveFlushed(
  context: ImportContext,
  transfer: Transfer,
  flush: () => Promise<BlobOutcome<UploadTicket>>,
): Promise<BlobOutcome<UploadTicket> | undefined> {
  let flushed = await flush()
  if (!transfer.isProvenLater) return flushed
  for (let isLast = false; flushed.ok; isLast = true) {
    const wrong = await wrongParts(context, transfer)
    if (wrong === undefined) return undefined
    if (wrong.length === 0) return flushed
    if (isLast) {
      transfer.giveUp(wrong)
      return undefined
    }
    await transfer.again(wrong)
    if (!transfer.isWhole) return undefined
    flushed = await flush()
  }
  return flushed
}

async function wrongParts(context: ImportContext, transfer: Transfer): Promise<number[] | undefined> {
  const wrong: number[] = []
  let next = 0
  let isOver = false
  const lane = async () => {
    for (;;) {
      const index = next++
      const part = transfer.parts[index]
      if (part === undefined || isOver) return
      const held = await isHeld(context, transfer, part)
      if (held === undefined) isOver = true
      else if (!held) wrong.push(index)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return isOver ? undefined : wrong.sort((a, b) => a - b)
}

/** Undefined: the copy was cancelled or the storage failed. */
async function isHeld(
  context: ImportContext,
  transfer: Transfer,
  part: StagedPart,
): Promise<boolean | undefined> {
  if (!(await context.control.pass())) {
    transfer.cancel()
    return undefined
  }
  const held = await context.ask(() => transfer.upload.holds(part, 'medium'))
  if (!held.ok) {
    transfer.refuse(held.failure)
    return undefined
  }
  transfer.proved(part, held.value.fromMedium)
  return held.value.holds
}
