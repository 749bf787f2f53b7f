/** Where a function is that stands for one in AWS. */
export type FunctionPlace = HandlerFile | Emulator;

/** A handler on this machine. */
export interface HandlerFile {
  readonly kind: 'file';
  readonly language: 'node' | 'python';
  /** Absolute. */
  readonly file: string;
  /** The name of the function in it. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whatever speaks as the Lambda Runtime Interface Emulator does. */
export interface Emulator {
  readonly kind: 'emulator';
  /** `http://host:port` with the path of an invocation. */
  readonly url: string;
  readonly timeoutSeconds: number;
}

/** What Lambda lets a function take at most. */
export const longestTimeoutSeconds = 900;

const invocations = '/2015-03-31/functions/function/invocations';

/**
 * Reads `FILE#HANDLER` (or `FILE:HANDLER`), where the ending of the file says its language, or the URL of an emulator.
 * A text says what is wrong. `at` makes paths absolute.
 */
export function readPlace(text: string, at: (path: string) => string): FunctionPlace | string {
  const timeoutSeconds = longestTimeoutSeconds;
  if (/^https?:\/\//.test(text)) {
    if (!URL.canParse(text)) return `${text} is no URL`;
    const url = new URL(text);
    if (url.pathname === '/') url.pathname = invocations;
    return { kind: 'emulator', url: url.href, timeoutSeconds };
  }
  const [, file = '', ending = '', handler = ''] = /^(.+\.(\w+))[#:]([\w$]+)$/.exec(text) ?? [];
  const language = languages.get(ending);
  if (language === undefined) {
    return `${text} is neither a handler such as hello.mjs#handler or hello.py:handler, nor the URL of a Runtime Interface Emulator`;
  }
  return { kind: 'file', language, file: at(file), handler, timeoutSeconds, environment: {} };
}

/** By the ending of a file. */
const languages: ReadonlyMap<string, HandlerFile['language']> = new Map([
  ['mjs', 'node'],
  ['js', 'node'],
  ['cjs', 'node'],
  ['ts', 'node'],
  ['mts', 'node'],
  ['py', 'python'],
]);
