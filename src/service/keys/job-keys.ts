import type { ReadTransaction, WriteTransaction } from '../store/store.ts'
import type { Vault } from './vault.ts'

/** A drive's BitLocker key in clear; exists only while a request is answered. */
export interface OpenKey {
  readonly serial: string
  /** As the customer wrote it. */
  readonly driveId: string
  readonly bitLockerKey: string
}

const about = (job: string, serial: string) => `${job}/${serial}`

export async function readKeys(tx: ReadTransaction, vault: Vault, job: string): Promise<readonly OpenKey[]> {
  const sealed = await tx.sealedKeys(job)
  return sealed.map((key) => ({
    serial: key.serial,
    driveId: key.driveId,
    bitLockerKey: vault.open(key.sealed, about(job, key.serial)),
  }))
}

/**
 * Keeps the keys of a job's drives. A drive listed again without its key keeps the one known before, because a job read
 * by GET never holds it; the keys of drives no longer listed are dropped.
 */
export async function writeKeys(
  tx: WriteTransaction,
  vault: Vault,
  job: string,
  drives: readonly { readonly serial: string; readonly driveId: string }[],
  sent: ReadonlyMap<string, string>,
): Promise<void> {
  const before = new Map((await readKeys(tx, vault, job)).map((key) => [key.serial, key.bitLockerKey]))
  const sealed = drives.flatMap(({ serial, driveId }) => {
    const key = sent.get(serial) ?? before.get(serial)
    return key === undefined ? [] : [{ serial, driveId, sealed: vault.seal(key, about(job, serial)) }]
  })
  await tx.putSealedKeys(job, sealed)
}
