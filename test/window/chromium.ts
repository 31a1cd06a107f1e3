/**
 * A real Chromium: the system's, another of its family, or the one Playwright fetches. Where none is there it is installed
 * once if the tests may do that; otherwise they fail with one line that says what to install.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { need } from '../fixtures/need.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page that no screen shows is still the operator's: its timers and frames run as in front of one.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

const SYSTEM = '/usr/bin/chromium'
const OTHERS = ['/usr/bin/google-chrome']

function browserPath(): string {
  const found = [SYSTEM, ...OTHERS, chromium.executablePath()].find((path) => existsSync(path))
  if (found !== undefined) return found
  const skip = (reason: string) => {
    throw new Error(reason)
  }
  need({ skip }, 'chromium')
  return SYSTEM
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: FLAGS })
}
