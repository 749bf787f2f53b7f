import type { Log } from '../../ports/log.ts';

/** So many lines are kept to explain an end. */
const kept = 20;

/** What Envoy writes on standard error. */
export class EnvoyOutput {
  /** For `--log-format`: level, a tab, message. */
  static readonly format = '%l\t%v';

  readonly #log: Log;
  readonly #last: string[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  read(line: string): void {
    this.#last.push(line);
    if (this.#last.length > kept) this.#last.shift();
    const [level = '', message] = line.split('\t', 2);
    if (level === 'critical' || level === 'error') this.#log.warn('envoy says', { message });
    else this.#log.debug('envoy says', { message: message ?? line });
  }

  /** Why the process ended, for people. */
  explain(status: number | string): string {
    const lines = this.#last.map((line) => line.split('\t', 2).at(-1) ?? line);
    for (const { sign, sentence } of causes) {
      const line = lines.findLast((text) => sign.test(text));
      if (line !== undefined) return `${sentence} (Envoy: ${line.trim()})`;
    }
    const last = lines.at(-1);
    return last === undefined
      ? `Envoy ended with ${status}.`
      : `Envoy ended with ${status}; it said: ${last.trim()}`;
  }
}

const causes: readonly { readonly sign: RegExp; readonly sentence: string }[] = [
  {
    sign: /GLIBC_|GLIBCXX_/,
    sentence: 'This Envoy was built for a newer system than this one; it needs glibc 2.31 or later.',
  },
  {
    sign: /Exec format error|cannot execute/,
    sentence: 'This Envoy was built for another kind of machine; get one for this processor.',
  },
  { sign: /Permission denied/, sentence: 'Envoy was not permitted to do what it needs.' },
  {
    sign: /Too many open files/,
    sentence: 'Envoy ran out of file descriptors; raise the limit (ulimit -n).',
  },
  {
    sign: /Unable to parse JSON|invalid value|INVALID_ARGUMENT|unknown field/i,
    sentence: 'This Envoy does not understand our configuration; use Envoy 1.40.',
  },
];
