import type { RuleMatch } from '@aws-sdk/client-vpc-lattice';
import type { HeaderMatch, HttpMatch, PathMatch } from '../../model/resource.ts';
import { ifGiven } from './driver.ts';

/** A match in the API's words. */
export function toRuleMatch({ method, path, headers }: HttpMatch): RuleMatch {
  return {
    httpMatch: {
      ...ifGiven('method', method),
      ...(path === undefined
        ? {}
        : {
            pathMatch: {
              match: path.kind === 'exact' ? { exact: path.value } : { prefix: path.value },
              caseSensitive: path.caseSensitive,
            },
          }),
      ...(headers.length === 0 ? {} : { headerMatches: headers.map(toHeader) }),
    },
  };
}

function toHeader({ name, kind, value, caseSensitive }: HeaderMatch) {
  switch (kind) {
    case 'exact':
      return { name, match: { exact: value }, caseSensitive };
    case 'prefix':
      return { name, match: { prefix: value }, caseSensitive };
    case 'contains':
      return { name, match: { contains: value }, caseSensitive };
  }
}

/** A match as it was found. What Lattice does not say about case is case-insensitive. */
export function fromRuleMatch(match: RuleMatch | undefined): HttpMatch {
  const { method, pathMatch, headerMatches = [] } = match?.httpMatch ?? {};
  const path = pathOf(pathMatch);
  return {
    ...ifGiven('method', method),
    ...ifGiven('path', path),
    headers: headerMatches.map(({ name = '', match: by, caseSensitive = false }): HeaderMatch => {
      if (by?.prefix !== undefined) return { name, kind: 'prefix', value: by.prefix, caseSensitive };
      if (by?.contains !== undefined) return { name, kind: 'contains', value: by.contains, caseSensitive };
      return { name, kind: 'exact', value: by?.exact ?? '', caseSensitive };
    }),
  };
}

function pathOf(
  found: NonNullable<NonNullable<RuleMatch['httpMatch']>['pathMatch']> | undefined,
): PathMatch | undefined {
  if (found === undefined) return undefined;
  const { match, caseSensitive = false } = found;
  return match?.exact === undefined
    ? { kind: 'prefix', value: match?.prefix ?? '', caseSensitive }
    : { kind: 'exact', value: match.exact, caseSensitive };
}
