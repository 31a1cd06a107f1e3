import { expect, test } from 'vitest'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import { FakeLog } from '../fakes/log.ts'
import { InProcessHost } from '../fakes/process-host.ts'
import { processHostSuite } from '../suites/process-host.ts'

processHostSuite('child processes', () => nodeProcessHost(new FakeLog()))
processHostSuite('the fake', () => new InProcessHost())

test('the fake can have no processes left', () => {
  const host = new InProcessHost()
  host.refuseNext = true
  expect(
    host.start('copy', { label: 'x', onMessage: () => undefined, onExit: () => undefined }),
  ).toMatchObject({
    ok: false,
    failure: { code: 'process-not-started' },
  })
})
