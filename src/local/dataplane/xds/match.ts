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

/**
 * Whether a request can meet a condition. None has a method or a header of a name that HTTP does not have, or in a value half
 * of a surrogate pair, which is no text; the API takes them all, and Envoy would refuse to look for them.
 */
export function canHold({ method, headers }: Match): boolean {
  if (method !== undefined && !token.test(method)) return false;
  return headers.every(({ name, value }) => token.test(name) && !/\p{Surrogate}/u.test(value));
}

/** Of HTTP. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A header that comes several times is compared as one, joined by commas. */
function headerMatch({ name, kind, value, caseSensitive }: HeaderMatch): HeaderMatcherJson {
  return { name, stringMatch: { [kind]: value, ...(caseSensitive ? {} : { ignoreCase: true }) } };
}
