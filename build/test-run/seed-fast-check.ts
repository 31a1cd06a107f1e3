/** Runs in every test process: properties draw from the run's seed. */
import fc from 'fast-check'
import { readSeed } from './seed.ts'

const seed = readSeed()
if (seed === undefined) throw new Error('The run has no seed; start tests with vitest.config.ts.')
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
