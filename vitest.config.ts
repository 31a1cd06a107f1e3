/** `vitest run` runs the tests; `vitest run --mode soak` the long ones (`*.soak.ts`). */
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    environment: 'node',
    include: [mode === 'soak' ? 'test/**/*.soak.ts' : 'test/**/*.test.ts'],
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
