import { operations } from './operations.gen.ts';
import type { OperationName } from './operations.gen.ts';

export type Route =
  | { readonly kind: 'found'; readonly operation: OperationName; readonly labels: Labels }
  /** No operation has this method and path. */
  | { readonly kind: 'unknown' }
  /** A segment is not percent-encoded UTF-8. */
  | { readonly kind: 'unreadable'; readonly segment: string };

export type Labels = Readonly<Record<string, string>>;

/**
 * The operation that a method and a raw path address. The path is split on `/` before anything is decoded, because an
 * ARN in a label arrives with its slashes as `%2F`.
 */
export function route(method: string, path: string): Route {
  const segments = path.split('/').slice(1);
  const entry = table.find((each) => each.method === method && fits(each.pattern, segments));
  if (entry === undefined) return { kind: 'unknown' };
  const labels: (readonly [string, string])[] = [];
  for (const [index, part] of entry.pattern.entries()) {
    if (part.kind === 'literal') continue;
    const segment = segments[index] ?? '';
    const text = decoded(segment);
    if (text === undefined) return { kind: 'unreadable', segment };
    labels.push([part.name, text]);
  }
  return { kind: 'found', operation: entry.operation, labels: Object.fromEntries(labels) };
}

/** Undoes percent-encoding; `undefined` when the result is not text. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

interface Entry {
  readonly operation: OperationName;
  readonly method: string;
  readonly pattern: readonly Part[];
}

type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'label'; readonly name: string };

const table: readonly Entry[] = names().map((operation) => {
  const { method, uri } = operations[operation];
  return { operation, method, pattern: uri.split('/').slice(1).map(part) };
});

function names(): readonly OperationName[] {
  return Object.keys(operations).filter((name): name is OperationName => name in operations);
}

function part(text: string): Part {
  const [, name] = /^\{(.+)\}$/.exec(text) ?? [];
  return name === undefined ? { kind: 'literal', text } : { kind: 'label', name };
}

function fits(pattern: readonly Part[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) => {
    const segment = segments[index] ?? '';
    return part.kind === 'literal' ? part.text === segment : segment !== '';
  });
}
