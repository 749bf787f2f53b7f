/** Structured events for people and machines. Edges log, once; pure code does not. */
export interface Log {
  /** A function is called only where somebody reads these events. */
  debug(event: string, fields?: LogFields | (() => LogFields)): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log that adds `fields` to each event. */
  with(fields: LogFields): Log;
}

export type LogFields = Readonly<Record<string, unknown>>;
