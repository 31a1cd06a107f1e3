import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld } from '../../src/service/open-world.ts'
import { createToken } from '../../src/service/tokens.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { startChromium } from '../window/chromium.ts'
import { ask, runService } from './running-service.ts'
import { API, drive, importJob, jobPath, must, PARCEL, SUBSCRIPTION } from './service-under-test.ts'

/** The customers' page in a real browser, over TLS, with scripts switched off. */
let service: Awaited<ReturnType<typeof runService>>
let browser: Browser
let token: string

beforeAll(async () => {
  service = await runService()
  const { dataDir, clock } = service
  const world = must(await openWorld({ dataDir, clock, ids: systemIds(clock), log: new FakeLog() }))
  token = must(await createToken(world, { role: 'customer', subscription: SUBSCRIPTION })).token
  await world.store.close()
  await ask(service, 'PUT', `${jobPath('harbour survey')}?${API}`, importJob())
  const announced = { properties: { state: 'Shipping', deliveryPackage: PARCEL } }
  await ask(service, 'PATCH', `${jobPath('harbour survey')}?${API}`, announced)
  const driveList = [drive('WX32DA0K4T7N'), drive('9QZ71M0042')]
  await ask(service, 'PUT', `${jobPath('charts 2026')}?${API}`, importJob({ driveList }))
  browser = await startChromium()
})
afterAll(async () => {
  await browser.close()
  await service.end()
})

const reading = (scheme: 'light' | 'dark'): Promise<BrowserContext> =>
  // axe runs in a world of its own; the page itself may run nothing, and its policy says so.
  browser.newContext({ ignoreHTTPSErrors: true, colorScheme: scheme, viewport: { width: 1280, height: 900 } })

for (const scheme of ['light', 'dark'] as const)
  test(`signs in, reads and signs out, without a barrier (${scheme})`, async () => {
    const context = await reading(scheme)
    const page = await context.newPage()
    const failed: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') failed.push(message.text())
    })
    const sound = async () => {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
    await page.goto(`${service.url}/?lang=fr`)
    await sound()
    await page.getByLabel('Jeton').fill('tdk_wrong')
    await page.getByRole('button', { name: 'Se connecter' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('Ce jeton est inconnu')
    await sound()
    await page.getByLabel('Jeton').fill(token)
    await page.getByRole('button', { name: 'Se connecter' }).click()
    await page.getByRole('heading', { name: 'Vos tâches' }).waitFor()
    await sound()
    for (const [name, heading] of [
      ['Nederlands', 'Uw opdrachten'],
      ['Svenska', 'Dina uppdrag'],
      ['English', 'Your jobs'],
    ] as const) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { name: heading }).waitFor()
    }
    expect(await page.getByRole('heading', { name: 'harbour survey' }).count()).toBe(1)
    expect(await page.getByText('On its way to us').count()).toBe(1)
    const shots = process.env.TALLYDOCK_SHOTS
    if (shots !== undefined) {
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: join(shots, `customers-${scheme}.png`), fullPage: true })
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    // A style or font that the policy refused would be said in the console; the refused token's own answer is a 401.
    expect(failed.filter((text) => !text.includes('401'))).toEqual([])
    await context.close()
  })

test('is read and left with scripts switched off', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(service.url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your jobs' }).waitFor()
  expect(await page.getByText('WX32DA0K4T7N').count()).toBe(1)
  await context.close()
})
