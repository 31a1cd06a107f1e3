import { createHash } from 'node:crypto'

/**
 * The headers of every response a window is made of, in the browser and in Electron alike: nothing from elsewhere, nothing
 * inline, no frame, no form, no device. `connect` names where the page may connect to beside its own origin; `style` is the
 * text of the one style element a page of `pages.ts` has.
 */
export function pageHeaders(page: {
  readonly connect: readonly string[]
  readonly style?: string
}): Readonly<Record<string, string>> {
  const styles = page.style === undefined ? [] : [`'sha256-${sha256(page.style)}'`]
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", ...styles],
    'img-src': ["'self'"],
    'font-src': ["'self'"],
    'media-src': ["'self'"],
    'connect-src': ["'self'", ...page.connect],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return {
    'Content-Security-Policy': Object.entries(policy)
      .map(([name, sources]) => `${name} ${sources.join(' ')}`)
      .join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy':
      'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=()',
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
