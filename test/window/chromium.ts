/** A real Chromium of the system; installed once where the tests may do that. */
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
]

export function startChromium(): Promise<Browser> {
  const skip = (reason: string) => {
    throw new Error(reason)
  }
  need({ skip }, 'chromium')
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
}
