import type { RequestHead } from './request-head.ts';

export interface CanonicalParts extends RequestHead {
  /** In lower case and sorted. */
  readonly signedHeaders: readonly string[];
  /** A query parameter that is left out: the signature of a presigned request. */
  readonly except?: string;
  /** SHA-256 of the body in hexadecimal digits, or `unsignedPayload`. */
  readonly payload: string;
}

/** The payload of every request of the data plane: Lattice does not read bodies to check a signature. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** The text whose hash is signed. Signed headers that the request does not have count as empty. */
export function canonicalRequest({
  method,
  path,
  query,
  headers,
  signedHeaders,
  except,
  payload,
}: CanonicalParts): string {
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? []).map(trimmed).join(',')}\n`);
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query, except),
    lines.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** Redundant and relative segments go, then each segment, encoded already on the wire, is encoded once more. */
export function canonicalPath(path: string): string {
  if (/^(?:\/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)+$/.test(path)) return path;
  // Only `*` and its like, which no signer signs.
  if (!path.startsWith('/')) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** Names and values decoded and encoded anew, sorted by code point; a plus sign is a plus sign. */
export function canonicalQuery(query: string, except?: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((parameter): readonly [string, string] => {
      const mark = parameter.indexOf('=');
      const [name, value] =
        mark < 0 ? [parameter, ''] : [parameter.slice(0, mark), parameter.slice(mark + 1)];
      return [reencoded(name), reencoded(value)];
    })
    .filter(([name]) => name !== except)
    .toSorted(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** White space around a value does not count, and inside it a run of it counts as one space. */
function trimmed(value: string): string {
  return value.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '');
}

/** Each `%` escape becomes its character if that needs none, else upper case; all else as `encoded`. */
function reencoded(component: string): string {
  if (/^[A-Za-z0-9_.~-]*$/.test(component)) return component;
  return component.replaceAll(/%[0-9A-Fa-f]{2}|[^%]+|%/g, (piece) => {
    if (piece.length !== 3 || !piece.startsWith('%')) return encoded(piece);
    const character = String.fromCharCode(Number.parseInt(piece.slice(1), 16));
    return /[A-Za-z0-9_.~-]/.test(character) ? character : piece.toUpperCase();
  });
}

/** Everything but letters, digits and `-._~` as the escapes of its UTF-8 bytes. */
function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
