import { type Logger, pino } from 'pino'
import type { Log } from '../ports/log.ts'

/** Log lines as JSON on stderr, or into a file. Member names that could hold a secret are censored as a second line of defence. */
export function systemLog(options: { readonly level?: string; readonly file?: string } = {}): Log {
  const destination = pino.destination(
    options.file === undefined ? { dest: 2, sync: true } : { dest: options.file, mkdir: true, sync: true },
  )
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: ['key', 'bitLockerKey', 'token', 'authorization', 'sas', 'password', '*.key', '*.token'],
    },
    destination,
  )
  return wrap(logger)
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, facts = {}) => logger.debug(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    error: (message, facts = {}) => logger.error(facts, message),
    with: (facts) => wrap(logger.child(facts)),
  }
}
