/**
 * `vitest run` runs the tests; `vitest run --mode soak` the long ones (`*.soak.ts`); `vitest run --mode window` those that
 * drive a browser, which need Chromium and a machine that does nothing else meanwhile.
 */
import { defineConfig } from 'vitest/config'

const BROWSER_TESTS = ['test/renderer/**/*.test.ts', 'test/window/**/*.test.ts']
const TESTS: Readonly<Record<string, readonly string[]>> = {
  soak: ['test/**/*.soak.ts'],
  window: BROWSER_TESTS,
}

export default defineConfig(({ mode }) => ({
  test: {
    environment: 'node',
    include: [...(TESTS[mode] ?? ['test/**/*.test.ts'])],
    exclude: mode in TESTS ? [] : BROWSER_TESTS,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    /** `.only` fails everywhere, not just in CI. */
    allowOnly: false,
    /** In CI only tests that fail may talk, so that the output stays bounded. */
    silent: process.env.CI === undefined ? false : 'passed-only',
    globalSetup: './build/test-run/seed.ts',
    setupFiles: './build/test-run/seed-fast-check.ts',
    reporters: ['default', './build/test-run/reporter.ts'],
  },
}))
