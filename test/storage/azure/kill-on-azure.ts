import { BlobServiceClient } from '@azure/storage-blob'
import { type Azurite, startAzurite } from '../../fixtures/azurite.ts'
import { prepareDrive } from '../../fixtures/drive-folder.ts'
import { killUntilDone, variedFiles } from '../../fixtures/kill-import.ts'
import { randomFrom } from '../../fixtures/random.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

/** Kills imports into the real emulator until they were killed so often. */
export async function killOnAzure(seed: number, kills: number, largeMiB: number): Promise<void> {
  const random = randomFrom(seed)
  const azurite = await startAzurite()
  try {
    const files = variedFiles(largeMiB, 12)
    const drive = await prepareDrive(temporaryFolder(), files)
    for (let done = 0, copy = 1; done < kills; copy++)
      done += await killOnce(azurite, { files, drive, random, copyId: `kill-${seed}-${copy}` }, kills - done)
  } finally {
    await azurite.end()
  }
}

async function killOnce(
  azurite: Azurite,
  run: Pick<Parameters<typeof killUntilDone>[0], 'files' | 'drive' | 'random' | 'copyId'>,
  most: number,
): Promise<number> {
  const storage = azurite.account()
  const hiddenBytes = async () => {
    let bytes = 0
    const service = new BlobServiceClient(storage)
    for (const container of ['bay', 'tallydock-own']) {
      const client = service.getContainerClient(container)
      if (!(await client.exists())) continue
      const prefix = container === 'bay' ? '' : 'partial/'
      for await (const { name, properties } of client.listBlobsFlat({
        prefix,
        includeUncommitedBlobs: true,
      })) {
        if (properties.blobType !== 'BlockBlob') continue
        const list = await client.getBlockBlobClient(name).getBlockList('uncommitted')
        for (const { size } of list.uncommittedBlocks ?? []) bytes += size
      }
    }
    return bytes
  }
  return killUntilDone({ ...run, storage, hiddenBytes, longestMs: 2_500 }, Math.min(most, 12))
}
