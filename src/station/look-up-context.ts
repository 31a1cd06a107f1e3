import type { Ledger } from '../ledger/ledger.ts'
import type { ScanContext } from '../lifecycle/decide/context.ts'
import { Draft } from '../lifecycle/decide/draft.ts'

/** What a look-up of one drive looks at, outside of any scan: it changes nothing and makes no id. */
export function lookUpContext(ledger: Ledger, serial: string): ScanContext {
  const never = () => {
    throw new Error('A look-up makes nothing.')
  }
  const stamp = { id: '', station: ledger.station, at: 0, actor: 'station' }
  return {
    draft: new Draft(ledger.gather({ serials: [serial] }), stamp, { uuid: never, returnNumber: never }),
    reading: { text: serial, kind: 'text', serialKeys: [serial], trackingKeys: [] },
    aids: { misreadOf: () => undefined, splitGlued: () => undefined },
    station: ledger.station,
    site: '',
    now: 0,
  }
}
