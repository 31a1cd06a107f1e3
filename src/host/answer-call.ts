import type { z } from 'zod'
import { type CallArgs, type CallName, calls, type FromEngine } from '../contract/screen.ts'
import type { Log } from '../ports/log.ts'
import type { ScreenEngine } from './engine.ts'

/** What a host itself may answer; every other code comes from the engine. */
export type CallFailureCode = 'unknown-call' | 'bad-arguments' | 'bad-answer' | 'call-broke'

/**
 * Does one call: arguments and answer are held against the contract, failure becomes a code and a sentence, and whatever
 * goes wrong costs this call only. Never rejects.
 */
export async function answerCall(
  engine: ScreenEngine,
  call: { readonly id: number; readonly name: string; readonly args: unknown },
  log: Log,
): Promise<FromEngine> {
  const refuse = (code: CallFailureCode, sentence: string): FromEngine => ({
    kind: 'failure',
    id: call.id,
    failure: { code, sentence },
  })
  if (!isCallName(call.name))
    return refuse('unknown-call', 'This station does not know that request. Reload the window.')
  const args = calls[call.name].args.safeParse(call.args)
  if (!args.success)
    return refuse(
      'bad-arguments',
      'The request did not have the agreed form. Reload the window and try again.',
    )
  try {
    const outcome = await engine.call(call.name, args.data as CallArgs<CallName>)
    if (!outcome.ok) {
      const { code, sentence } = outcome.failure
      return { kind: 'failure', id: call.id, failure: { code, sentence } }
    }
    const answer = calls[call.name].answer.safeParse(outcome.value)
    if (answer.success) return { kind: 'answer', id: call.id, answer: answer.data }
    log.error('an answer does not fit the contract', { call: call.name, where: placesOf(answer.error) })
    return refuse(
      'bad-answer',
      'The station gave an answer of the wrong form. Look at its log, and try again.',
    )
  } catch (error) {
    log.error('a call broke', { call: call.name, error: String(error) })
    return refuse(
      'call-broke',
      'The station failed at this request. Try again; if it stays, look at its log.',
    )
  }
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

/** Where it does not fit, without the values: they may be a customer's. */
export function placesOf(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join('; ')
}
