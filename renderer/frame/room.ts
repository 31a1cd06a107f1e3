/** Which room is shown: the part of the address after `#/`, so that links and the browser's history work. */
import { useSyncExternalStore } from 'react'

export const ROOMS = ['receive', 'bays', 'ship-back', 'cases', 'jobs', 'journal', 'station'] as const
export type Room = (typeof ROOMS)[number]

/** A room, and in Jobs the job that is open. */
export interface Place {
  readonly room: Room
  readonly job?: string
}

export function addressOf({ room, job }: Place): string {
  return job === undefined ? `#/${room}` : `#/${room}/${encodeURIComponent(job)}`
}

function placeOf(address: string): Place {
  const [name = '', job] = address.replace(/^#\/?/, '').split('/')
  const room = ROOMS.find((one) => one === name) ?? 'receive'
  return room !== 'jobs' || job === undefined || job === ''
    ? { room }
    : { room, job: decodeURIComponent(job) }
}

export function goTo(place: Place): void {
  if (addressOf(placeOf(window.location.hash)) !== addressOf(place)) window.location.hash = addressOf(place)
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function usePlace(): Place {
  return placeOf(useSyncExternalStore(subscribe, () => window.location.hash))
}
