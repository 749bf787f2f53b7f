/** The request that is asked about, as it would stand on the wire. */
export interface Question {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** By which the service is found, in lower case and without a port: the Host header, or over TLS the name asked for. */
  readonly host: string;
  readonly port: number;
  /** From the first `/` to before `?`. Nothing is decoded or normalised. */
  readonly path: string;
  /** After `?`; empty when there is none. */
  readonly query: string;
  /** Names in lower case; one that comes several times has several entries. Always with `host`. */
  readonly headers: readonly Header[];
}

export type Header = readonly [name: string, value: string];

export interface Typed {
  /** `GET` unless given. */
  readonly method?: string;
  readonly url: string;
  /** `Name: value`, as curl takes them. */
  readonly headers?: readonly string[];
}

/** Reads what somebody typed; a sentence when it is no request. */
export function parseQuestion({ method = 'GET', url, headers = [] }: Typed): Question | string {
  // Not by a URL parser: those normalise paths, and Lattice does not.
  const [, typed = '', authority = '', target = ''] = /^(?:(\w+):\/\/)?([^/?#]+)([^#]*)/.exec(url) ?? [];
  const scheme = typed === '' ? 'http' : typed.toLowerCase();
  const [, name = '', port] = /^([a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  if (scheme !== 'http' && scheme !== 'https') return `${url} is no URL of http or https.`;
  if (name === '' || Number(port) > 65_535)
    return `${url} names no host, such as http://inventory.example/path.`;
  if (!token.test(method)) return `${method} is no method of HTTP.`;
  if (/[^\x21-\x7e]/.test(target))
    return `${url} has characters that a URL cannot have: write them as %20 and the like.`;
  const given: Header[] = [];
  for (const line of headers) {
    const colon = line.indexOf(':');
    const header = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (!token.test(header)) return `-H wants 'Name: value', not ${line}.`;
    given.push([header, line.slice(colon + 1).trim()]);
  }
  const host = given.find(([header]) => header === 'host')?.[1] ?? authority;
  const [path = '', ...rest] = (target.startsWith('/') ? target : `/${target}`).split('?');
  return {
    method,
    scheme,
    host: (scheme === 'https' ? name : (host.split(':')[0] ?? '')).toLowerCase(),
    port: port === undefined ? defaultPorts[scheme] : Number(port),
    path,
    query: rest.join('?'),
    headers: [['host', host], ...given.filter(([header]) => header !== 'host')],
  };
}

/** Of HTTP. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const defaultPorts = { http: 80, https: 443 } as const;

/** What rules and policies see: nobody but Lattice sends its own headers. */
export function seenHeaders({ headers }: Question): readonly Header[] {
  return headers.filter(([name]) => !name.startsWith('x-amzn-lattice-'));
}

/** As one would type it. */
export function urlOf({ scheme, host, port, path, query }: Question): string {
  const at = port === defaultPorts[scheme] ? '' : `:${port}`;
  return `${scheme}://${host}${at}${path}${query === '' ? '' : `?${query}`}`;
}
