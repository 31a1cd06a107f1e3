/** Copy ids for somebody who asks by hand, again and again, and keeps no record of it. */
import { copyIdSchema } from '../contract/copy-messages.ts'
import type { BlobOutcome } from '../ports/blob-store.ts'

const MOST_COPIES = 1_000

/** The first of `base`, `base-2`, `base-3` … that `isFree` takes. `done` says in the refusal what was done too often. */
export async function firstFreeId(
  base: string,
  done: 'copied' | 'filled',
  isFree: (id: string) => Promise<BlobOutcome<boolean>>,
): Promise<BlobOutcome<string>> {
  const prefix = base.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^[_-]+/, '')
  for (let count = 1; count <= MOST_COPIES; count++) {
    const ending = count === 1 ? '' : `-${count}`
    const id = copyIdSchema.parse(
      `${(prefix === '' ? 'copy' : prefix).slice(0, 100 - ending.length)}${ending}`,
    )
    const free = await isFree(id)
    if (!free.ok) return free
    if (free.value) return { ok: true, value: id }
  }
  return {
    ok: false,
    failure: {
      code: 'BlobRequestFailed',
      sentence: `This drive was ${done} too often for this job: name the copy yourself.`,
      permanent: true,
    },
  }
}
