import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Log } from '../log.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** One JSON line per event on standard error. */
export function systemLog(level: LogLevel, name: string): Log {
  return fromPino(
    pino(
      {
        level,
        base: { name },
        messageKey: 'event',
        serializers: { error: pino.stdSerializers.err },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      pino.destination({ fd: 2, sync: true }),
    ),
  );
}

function fromPino(logger: Logger): Log {
  return {
    debug: (event, fields = {}) => {
      if (typeof fields !== 'function') logger.debug(fields, event);
      else if (logger.isLevelEnabled('debug')) logger.debug(fields(), event);
    },
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
    with: (fields) => fromPino(logger.child(fields)),
  };
}
