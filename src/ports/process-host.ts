import type { Outcome } from '../lifecycle/outcome.ts'

/**
 * Starts programs of ours in processes of their own, so that a sick drive hangs its process and never the dock.
 * Adapters: `child_process.fork` under Node, `utilityProcess.fork` asked of main under Electron.
 */
export interface ProcessHost {
  start(program: ProgramName, options: ProcessOptions): Outcome<HostedProcess, 'process-not-started'>
}

/** The programs the host knows; each is one entry file. `copy`: one drive is copied. `usb`: listens to the bus. */
export type ProgramName = 'copy' | 'usb'

export interface ProcessOptions {
  /** Shown in process lists and logs. */
  readonly label: string
  /** Values that must not appear in a process list (keys, SAS). Handed over in the first message, never as arguments. */
  readonly onMessage: (message: unknown) => void
  /** Called exactly once, after the last message. `signal` when it was killed. */
  readonly onExit: (exit: { readonly code: number | null; readonly signal: string | null }) => void
}

export interface HostedProcess {
  readonly pid: number
  /** Structured-clone data only. Sending to an ended process is a no-op: `onExit` has told already. */
  send(message: unknown): void
  /** Ask nicely (`end`) or not (`kill`). */
  end(): void
  kill(): void
}
