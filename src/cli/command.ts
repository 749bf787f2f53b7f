import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';

/** A command is data: help, parsing and documentation come from the same place. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What stands behind its name besides options, as help says it: `[METHOD] URL`. Nothing may when absent. */
  readonly operands?: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Command lines that work as printed; shown by `--help`. */
  readonly examples: readonly string[];
  /** Gives the exit code of the process, when that is to say more than that it went well. */
  readonly run: (values: Values, world: World) => Promise<number | void>;
}

/** An option of the command line. Without it, the environment variable it names is read, then its default. */
export interface Option {
  readonly summary: string;
  /** What the value is called in help, such as `HOST:PORT`; absent for a flag. */
  readonly value?: string;
  /** One letter that does the same. */
  readonly short?: string;
  /** It may be given several times. */
  readonly repeated?: true;
  readonly env?: string;
  readonly default?: string;
  readonly choices?: readonly string[];
  /** The command cannot run without it. */
  readonly required?: boolean;
}

/** The options as given, read by kind. Each refuses a value that does not fit with a `UserError`. */
export interface Values {
  text(name: string): string;
  /** `undefined` when neither given nor defaulted. */
  optional(name: string): string | undefined;
  integer(name: string): number;
  flag(name: string): boolean;
  /** Of an option that may be given several times. */
  list(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** What a command may touch, besides what it makes itself. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** A log to standard error under this name. */
  readonly log: (name: string) => Log;
  /** Aborted by SIGTERM, SIGINT, or the end of the process that started us. */
  readonly signal: AbortSignal;
  /** Says a line to the person at the terminal. */
  readonly say: (line: string) => void;
  /** Tells the process that started us that we serve, and where. */
  readonly ready: (facts: Facts) => void;
}

export type Facts = Readonly<Record<string, string>>;

/** A mistake of the user's, in a sentence or two. Printed without a stack; the exit code is 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Reads the options of one command line. */
export function valuesOf(
  { options }: Command,
  given: Given,
  env: World['env'],
  operands: readonly string[] = [],
): Values {
  const look = (name: string): string | undefined => {
    const option = options[name];
    if (option === undefined) throw new Error(`the command reads --${name} and does not declare it`);
    const onLine = given[name];
    const value =
      (typeof onLine === 'string' ? onLine : undefined) ?? nonEmpty(env[option.env ?? '']) ?? option.default;
    if (value !== undefined && option.choices !== undefined && !option.choices.includes(value)) {
      throw new UserError(`--${name} is one of ${option.choices.join(', ')}, not ${value}.`);
    }
    return value;
  };
  const text = (name: string): string => {
    const value = look(name);
    if (value === undefined) {
      const env = options[name]?.env;
      throw new UserError(
        `--${name} is missing${env === undefined ? '' : ` (or ${env} in the environment)`}: ${options[name]?.summary}`,
      );
    }
    return value;
  };
  return {
    text,
    optional: look,
    integer: (name) => {
      const value = text(name);
      if (!/^\d+$/.test(value)) throw new UserError(`--${name} wants a whole number, not ${value}.`);
      return Number(value);
    },
    list: (name) => {
      const value = given[name];
      return Array.isArray(value) ? value : [];
    },
    operands,
    flag: (name) => given[name] === true || /^(1|true)$/i.test(env[options[name]?.env ?? ''] ?? ''),
  };
}

/** Options as they were typed. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** `HOST:PORT`, where port 0 lets the system choose. */
export function addressIn(
  value: string,
  option = '--listen',
): { readonly host: string; readonly port: number } {
  const match = /^(\d+\.\d+\.\d+\.\d+|localhost|\[[0-9a-f:]+\]):(\d{1,5})$/i.exec(value);
  const [, host = '', port = ''] = match ?? [];
  if (match === null || Number(port) > 65535) {
    throw new UserError(`${option} wants HOST:PORT such as 127.0.0.1:8080, not ${value}.`);
  }
  return { host: host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
