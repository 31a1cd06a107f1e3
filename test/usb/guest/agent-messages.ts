/** What tests ask of the guest's agent. */
export type ToAgent =
  | {
      readonly kind: 'start'
      readonly id: number
      readonly program: string
      readonly args: readonly string[]
      readonly cwd: string
      readonly env: Readonly<Record<string, string>>
    }
  | { readonly kind: 'input'; readonly id: number; readonly text: string }
  | { readonly kind: 'end-input'; readonly id: number }
  | { readonly kind: 'kill'; readonly id: number; readonly signal: NodeJS.Signals }

/** What it answers. Times are the guest's, in milliseconds since 1970. */
export type FromAgent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'out' | 'err'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'ended'
      readonly id: number
      readonly code: number | null
      readonly signal: string | null
    }
  /** `sequence` is the kernel's `diskseq`: it tells this disk from every other one, before and after. */
  | { readonly kind: 'disk'; readonly kname: string; readonly madeAt: number; readonly sequence: string }
  | { readonly kind: 'no-disk'; readonly kname: string; readonly at: number }
