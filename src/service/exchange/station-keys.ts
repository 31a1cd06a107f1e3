import { EXCHANGE_VERSION, type KeysResponse } from '../../contract/exchange.ts'
import type { Caller } from '../caller.ts'
import { handOutKeys } from '../jobs/read-job.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { World } from '../world.ts'

/** The BitLocker keys of a job for a station, as long as its drives may need to be opened. Each reading is recorded. */
export async function stationKeys(world: World, caller: Caller, id: string): Promise<Answer<KeysResponse>> {
  const acting = { actor: caller.actor, at: world.clock.now() }
  return world.store.write(async (tx): Promise<Answer<KeysResponse>> => {
    const job = await tx.record('job', id)
    if (job === undefined || job.state === 'Deleted' || job.state === 'Completed' || job.state === 'Closed')
      return refuse(
        404,
        'ResourceNotFound',
        'There is no live job with this id, so there are no keys to hand out. Drop those you hold.',
      )
    const keys = await handOutKeys(world, tx, acting, job)
    return {
      ok: true,
      value: {
        version: EXCHANGE_VERSION,
        keys: keys.map(({ driveId, bitLockerKey }) => ({ driveId, bitLockerKey })),
      },
    }
  })
}
