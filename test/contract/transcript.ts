import { parse } from 'yaml';
import { isRecord } from '../../src/local/contract/validate.ts';

/** Requests and expected answers, with the public source that says so. */
export interface Transcript {
  /** Where AWS says it; `choice` where it does not and we had to decide. */
  readonly source: string;
  /** Clients that replay it, those of VPC Lattice itself beside the bare wire: `sdk`, `botocore`, `cli` and `go`, if their pinned releases know what it sends. */
  readonly clients: readonly string[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly call: string;
  readonly with: Readonly<Record<string, unknown>>;
  /** Account of the caller, when it is not the usual one. */
  readonly as?: string;
  /** Repeat the call until its answer is as expected. */
  readonly eventually: boolean;
  readonly expect: Expectation;
}

export interface Expectation {
  readonly status: number;
  /** Name of the exception, when there is to be one. */
  readonly error?: string;
  /** The whole body; nothing is compared when it is absent. */
  readonly body?: unknown;
}

/** Reads a transcript file; a mistake in it is an error that names the step. */
export function parseTranscript(text: string): Transcript {
  const file = record(parse(text, { merge: true }), 'the file');
  const { clients = [], steps } = file;
  return {
    source: string(file['source'], 'source'),
    clients: list(clients, 'clients').map((each) => string(each, 'clients')),
    steps: list(steps, 'steps').map((each, index) => parseStep(each, `step ${index + 1}`)),
  };
}

function parseStep(json: unknown, where: string): Step {
  const step = record(json, where);
  const { status } = step;
  if (typeof status !== 'number') throw new Error(`${where}: no status`);
  return {
    call: string(step['call'], `${where}: call`),
    with: step['with'] === undefined ? {} : record(step['with'], `${where}: with`),
    ...(step['as'] === undefined ? {} : { as: string(step['as'], `${where}: as`) }),
    eventually: step['eventually'] === true,
    expect: {
      status,
      ...(step['error'] === undefined ? {} : { error: string(step['error'], `${where}: error`) }),
      ...('body' in step ? { body: step['body'] } : {}),
    },
  };
}

/** What names in angle brackets stand for. A name is bound where it first is a whole text. */
export type Bindings = Map<string, string>;

/** The value with its names replaced by what they are bound to. */
export function filled(value: unknown, bindings: Bindings): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/<([a-zA-Z0-9-]+)>/g, (whole, name: string) => bindings.get(name) ?? whole);
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, bindings));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, bindings)]));
}

/**
 * Differences between an expected and an actual value, in words. In what is expected `<time>` is any time, `<any>`
 * anything, and any other name in brackets binds, or has to be what it was bound to.
 */
export function differences(
  expected: unknown,
  actual: unknown,
  bindings: Bindings,
  path = 'body',
): readonly string[] {
  if (expected === '<any>') return actual === undefined ? [`${path}: is missing`] : [];
  if (expected === '<time>') {
    const isTime = typeof actual === 'string' && !Number.isNaN(Date.parse(actual));
    return isTime ? [] : [`${path}: ${shown(actual)} is no time`];
  }
  if (typeof expected === 'string') {
    const [, name] = /^<([a-zA-Z0-9-]+)>$/.exec(expected) ?? [];
    if (name !== undefined && !bindings.has(name) && typeof actual === 'string') {
      bindings.set(name, actual);
      return [];
    }
    const wanted = filled(expected, bindings);
    return wanted === actual ? [] : [`${path}: ${shown(actual)} instead of ${shown(wanted)}`];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) {
      return [`${path}: ${actual.length} items instead of ${expected.length}: ${shown(actual)}`];
    }
    return expected.flatMap((each, index) => differences(each, actual[index], bindings, `${path}[${index}]`));
  }
  if (isRecord(expected) && isRecord(actual)) {
    const unexpected = Object.keys(actual).filter((key) => !(key in expected));
    return [
      ...Object.entries(expected).flatMap(([key, each]) =>
        differences(each, actual[key], bindings, `${path}.${key}`),
      ),
      ...unexpected.map((key) => `${path}.${key}: ${shown(actual[key])} was not expected`),
    ];
  }
  return Object.is(expected, actual) ? [] : [`${path}: ${shown(actual)} instead of ${shown(expected)}`];
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

function record(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isRecord(json)) throw new Error(`${where}: no mapping`);
  return json;
}

function list(json: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new Error(`${where}: no list`);
  return json;
}

function string(json: unknown, where: string): string {
  if (typeof json !== 'string') throw new Error(`${where}: no text`);
  return json;
}
