import type {
  HeaderMatcherJson,
  RouteMatchJson,
} from '../../../envoy/proto/envoy/config/route/v3/route_components.gen.ts';
import type { HeaderMatch, Match, PathMatch } from '../../state/listener-resources.ts';

/** A rule's condition. Paths are compared as the client wrote them, without the query; a prefix is one of the text. */
export function matchOf({ method, path, headers }: Match): RouteMatchJson {
  const conditions = [...(method === undefined ? [] : [methodMatch(method)]), ...headers.map(headerMatch)];
  return { ...pathMatch(path), ...(conditions.length === 0 ? {} : { headers: conditions }) };
}

function pathMatch(path: PathMatch | undefined): RouteMatchJson {
  if (path === undefined) return { prefix: '' };
  const { kind, value, caseSensitive } = path;
  const ignoreCase = caseSensitive ? {} : { caseSensitive };
  return kind === 'exact' ? { path: value, ...ignoreCase } : { prefix: value, ...ignoreCase };
}

function methodMatch(method: string): HeaderMatcherJson {
  return { name: ':method', stringMatch: { exact: method } };
}

/** A header that no request can have, since HTTP has no such name; Envoy would refuse to look for it. */
export function canHold({ headers }: Match): boolean {
  return headers.every(({ name }) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name));
}

/** A header that comes several times is compared as one, joined by commas. */
function headerMatch({ name, kind, value, caseSensitive }: HeaderMatch): HeaderMatcherJson {
  return { name, stringMatch: { [kind]: value, ...(caseSensitive ? {} : { ignoreCase: true }) } };
}
