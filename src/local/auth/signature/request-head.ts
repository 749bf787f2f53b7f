/** What of a request a signature covers. All texts are as they stood on the wire: nothing is decoded or normalised. */
export interface RequestHead {
  readonly method: string;
  /** From the first `/` to before `?`. */
  readonly path: string;
  /** After `?`; empty when there is none. */
  readonly query: string;
  /** Names in lower case, values in the order of their lines. Includes `host`, which on HTTP/2 is `:authority`. */
  readonly headers: Headers;
}

export type Headers = ReadonlyMap<string, readonly string[]>;

/** Headers from the lines of a request. */
export function headersOf(lines: Iterable<readonly [string, string]>): Headers {
  const headers = new Map<string, string[]>();
  for (const [name, value] of lines) {
    const lower = name.toLowerCase();
    const values = headers.get(lower);
    if (values === undefined) headers.set(lower, [value]);
    else values.push(value);
  }
  return headers;
}

/** Path and query of a request target in origin form. */
export function splitTarget(target: string): Pick<RequestHead, 'path' | 'query'> {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
