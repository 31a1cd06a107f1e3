import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildWindow } from '../../src/host/built-window.ts'

const DIST = join(import.meta.dirname, '../../dist')
const PAGE = join(DIST, 'renderer/index.html')

beforeAll(async () => {
  await buildWindow()
})

test('a window that is older than its sources is built anew, whole and in its place', async () => {
  utimesSync(PAGE, 0, 0)
  let told = 0

  expect(await buildWindow(() => void told++)).toEqual({ state: 'built' })

  expect(told).toBe(1)
  expect(statSync(PAGE).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
  expect(readdirSync(DIST).filter((name) => name.startsWith(`renderer-${process.pid}`))).toEqual([])
})

test('a window that is as new as its sources is left alone', async () => {
  await buildWindow()
  const before = statSync(PAGE).mtimeMs

  expect(await buildWindow(() => expect.fail('nothing is to be built'))).toEqual({ state: 'fresh' })

  expect(statSync(PAGE).mtimeMs).toBe(before)
})
