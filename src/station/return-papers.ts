/** What is printed for a box. */
export const RETURN_PAPERS = ['label', 'list'] as const
export type ReturnPaper = (typeof RETURN_PAPERS)[number]
