import { badRequest } from './status.ts';

/** What a request line asks for. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Where it speaks of resources of a version; absent for discovery, health and the like. */
  readonly resource?: ResourceTarget;
}

export interface ResourceTarget {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Empty when the path names none. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Reads the request line. Refuses what cannot be decoded. */
export function parseTarget(line: string): Target {
  const mark = line.indexOf('?');
  const path = mark < 0 ? line : line.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : line.slice(mark + 1));
  const decoded = path.split('/').slice(1).map(decode);
  const written = decoded.at(-1) === '' ? decoded.slice(0, -1) : decoded;
  const at = written[0] === 'apis' ? 3 : 2;
  const isWatch = ['api', 'apis'].includes(written[0] ?? '') && written[at] === 'watch';
  // Before there was a parameter for it, watches had paths of their own, and they are still there.
  if (isWatch) query.set('watch', 'true');
  const segments = isWatch ? written.toSpliced(at, 1) : written;
  const resource = resourceTarget(segments);
  return { path, query, ...(resource === undefined ? {} : { resource }) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`invalid URL escape in path segment ${JSON.stringify(segment)}`);
  }
}

function resourceTarget(segments: readonly string[]): ResourceTarget | undefined {
  const [root, ...rest] = segments;
  if (root === 'api') return withinVersion('', rest);
  if (root === 'apis') return withinVersion(rest[0] ?? '', rest.slice(1));
  return undefined;
}

function withinVersion(
  group: string,
  [version = '', ...path]: readonly string[],
): ResourceTarget | undefined {
  if (version === '' || path.length === 0) return undefined;
  const [first = '', namespace = '', plural = '', ...inner] = path;
  const spaced = first === 'namespaces' && plural !== '' && !ownSubresources.includes(plural);
  const [name = '', subresource = '', ...more] = spaced ? inner : path.slice(1);
  const target = spaced
    ? { group, version, plural, namespace, name, subresource: [subresource, ...more].join('/') }
    : { group, version, plural: first, namespace: '', name, subresource: [subresource, ...more].join('/') };
  for (const segment of [target.namespace, target.name]) {
    if (segment === '.' || segment === '..' || segment.includes('/') || segment.includes('\0')) {
      throw badRequest(
        `invalid resource name ${JSON.stringify(segment)}: [may not be '.' or '..' or contain '/']`,
      );
    }
  }
  return target;
}

/** Subresources of a namespace, which stand where other paths have a resource. */
const ownSubresources: readonly string[] = ['status', 'finalize'];
