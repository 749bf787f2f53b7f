import { invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type {
  HeaderMatch as HeaderMatchInput,
  PathMatch as PathMatchInput,
  RuleMatch,
} from '../contract/types.gen.ts';
import type { HeaderMatch, Match, PathMatch } from './listener-resources.ts';

/** What a rule asks of a request, defaults filled in. A rule that asks for nothing would be a second default rule. */
export function readMatch({ httpMatch }: RuleMatch): Match | Refused {
  const { method, pathMatch, headerMatches = [] } = httpMatch;
  if (method === undefined && pathMatch === undefined && headerMatches.length === 0) {
    return invalid('A rule needs at least one of method, pathMatch and headerMatches.');
  }
  return {
    ...(method === undefined ? {} : { method }),
    ...(pathMatch === undefined ? {} : { path: readPath(pathMatch) }),
    headers: headerMatches.map(readHeader),
  };
}

function readPath({ match, caseSensitive = false }: PathMatchInput): PathMatch {
  return 'exact' in match
    ? { kind: 'exact', value: match.exact, caseSensitive }
    : { kind: 'prefix', value: match.prefix, caseSensitive };
}

function readHeader({ name, match, caseSensitive = false }: HeaderMatchInput): HeaderMatch {
  if ('exact' in match) return { name, kind: 'exact', value: match.exact, caseSensitive };
  if ('prefix' in match) return { name, kind: 'prefix', value: match.prefix, caseSensitive };
  return { name, kind: 'contains', value: match.contains, caseSensitive };
}
