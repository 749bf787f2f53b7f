import type { Log, LogFields } from '../../src/ports/log.ts';

/** A log whose lines (`warn event`) a test can read. */
export function recordingLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const at = (level: string) => (event: string, _fields?: LogFields | (() => LogFields)) => {
    lines.push(`${level} ${event}`);
  };
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: () => log,
  };
  return { log, lines };
}
