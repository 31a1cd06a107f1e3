import { gatherLater, type Query, type Subjects } from '../../../lifecycle/hood.ts'
import type { AnyRecord } from '../../../lifecycle/records.ts'
import { StoreFailure } from '../store.ts'

interface Records {
  fetch(queries: readonly Query[]): Promise<void>
  answer(queries: readonly Query[]): Promise<readonly AnyRecord[]>
}

/**
 * Gathers several neighbourhoods step by step together: the questions of one step of all of them go out at once, so that
 * a hundred neighbourhoods take as many journeys as the deepest one.
 */
export async function fetchTogether(records: Records, around: readonly Subjects[]): Promise<void> {
  let gathering = around.length
  let asked: Query[] = []
  let waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []

  const goOn = () => {
    if (waiting.length === 0 || waiting.length < gathering) return
    const [step, questions] = [waiting, asked]
    waiting = []
    asked = []
    records.fetch(questions).then(
      () => {
        for (const { resolve } of step) resolve()
      },
      (error: unknown) => {
        for (const { reject } of step) reject(error)
      },
    )
  }
  const answer = async (queries: readonly Query[]) => {
    asked.push(...queries)
    await new Promise<void>((resolve, reject) => {
      waiting.push({ resolve, reject })
      goOn()
    })
    return records.answer(queries)
  }
  const ends = await Promise.allSettled(
    around.map(async (subjects) => {
      try {
        await gatherLater(subjects, answer)
      } finally {
        gathering -= 1
        goOn()
      }
    }),
  )
  // A neighbourhood that breaks a rule is judged when it is asked for by itself.
  for (const end of ends)
    if (end.status === 'rejected' && end.reason instanceof StoreFailure) throw end.reason
}
