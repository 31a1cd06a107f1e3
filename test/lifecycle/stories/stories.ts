/** Stories by name, each told on a dock of its own: given, when, then. */
export type Stories = Readonly<Record<string, () => void>>
