/**
 * `vitest run` runs the tests; `vitest run --mode soak` the long ones (`*.soak.ts`), `--mode usb` those that plug
 * real USB drives into a guest of QEMU's (`*.usb.ts`). Tests that drive a browser are a project
 * of their own, which runs when the others are through, one file at a time: a browser and an engine fill two cores.
 */
import { configDefaults, defineConfig } from 'vitest/config'

const BROWSER_TESTS = ['test/**/*.browser.test.ts']

export default defineConfig(({ mode }) => ({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    /** `.only` fails everywhere, not just in CI. */
    allowOnly: false,
    /** In CI only tests that fail may talk, so that the output stays bounded. */
    silent: process.env.CI === undefined ? false : 'passed-only',
    globalSetup: [
      './build/test-run/seed.ts',
      './test/fixtures/postgres/run-server.ts',
      './test/fixtures/run-folder.ts',
    ],
    setupFiles: './build/test-run/seed-fast-check.ts',
    reporters: ['default', './build/test-run/reporter.ts'],
    projects:
      mode === 'soak' || mode === 'usb'
        ? [{ extends: true, test: { name: mode, include: [`test/**/*.${mode}.ts`] } }]
        : [
            {
              extends: true,
              test: {
                name: 'house',
                include: ['test/**/*.test.ts'],
                exclude: [...configDefaults.exclude, ...BROWSER_TESTS],
              },
            },
            {
              extends: true,
              test: {
                name: 'window',
                include: BROWSER_TESTS,
                maxWorkers: 1,
                /** Whole stories: each wait in them has a limit of its own that says what it waited for. */
                testTimeout: 180_000,
                hookTimeout: 180_000,
                sequence: { groupOrder: 1 },
              },
            },
          ],
  },
}))
