import type { Finding, Subject } from '../../findings/finding.ts';
import type { HTTPPathMatch, HTTPRouteMatch } from '../../kinds/http-route.gen.ts';
import { limits } from '../model/limits.gen.ts';
import type { HttpMatch, PathMatch } from '../model/resource.ts';
import { translateHeaders } from './headers.ts';
import type { Comparison } from './headers.ts';

export type TranslatedMatch =
  /** Any of them: a match by segments takes two. */
  | { readonly matches: readonly HttpMatch[]; readonly refusals?: undefined }
  | { readonly matches?: undefined; readonly refusals: readonly Finding[] };

/** One match of a route as Lattice says it: one path, one method, up to five headers. Queries and patterns it cannot. */
export function translateMatch(
  { path, method, headers = [], queryParams = [] }: HTTPRouteMatch,
  at: Subject,
  compare: Comparison,
): TranslatedMatch {
  const field = `spec.rules[${at.rule}].matches[${at.match}]`;
  const refusals: Finding[] = [];
  const refuse = (member: string, because: string): void => {
    refusals.push({ code: 'fieldNotSupported', at, field: `${field}.${member}`, because });
  };
  if (queryParams.length > 0) {
    refuse('queryParams', 'VPC Lattice does not look at the query of a request.');
  }
  if (path.type === 'RegularExpression') {
    refuse('path.type', 'VPC Lattice matches exact paths and prefixes, no regular expressions.');
  }
  const wrongPath = path.type === 'RegularExpression' ? undefined : pathProblem(path, compare);
  if (wrongPath !== undefined) refuse('path.value', wrongPath);
  const translated = translateHeaders(headers, { at, field, compare });
  refusals.push(...translated.refusals);
  if (refusals.length > 0) return { refusals };
  return {
    matches: pathsOf(path, compare).map((one) => ({
      ...(method === undefined ? {} : { method }),
      path: one,
      headers: translated.headers,
    })),
  };
}

/**
 * A prefix of Lattice is the beginning of a string. One of whole segments, with or without a slash at its end, is the path
 * itself and whatever is below it.
 */
function pathsOf({ type, value }: HTTPPathMatch, { pathPrefix }: Comparison): readonly PathMatch[] {
  switch (type) {
    case 'Exact':
      return [{ kind: 'exact', value, caseSensitive: true }];
    case 'PathPrefix': {
      const bare = value.replace(/\/+$/, '');
      if (pathPrefix === 'string' || bare === '') return [{ kind: 'prefix', value, caseSensitive: true }];
      return [
        { kind: 'exact', value: bare, caseSensitive: true },
        { kind: 'prefix', value: `${bare}/`, caseSensitive: true },
      ];
    }
    case 'RegularExpression':
      return [];
  }
}

const pathPattern = new RegExp(`^${limits.PathMatchPrefix.pattern}$`);

function pathProblem(path: HTTPPathMatch, compare: Comparison): string | undefined {
  const { max } = limits.PathMatchPrefix;
  if (pathsOf(path, compare).some(({ value }) => value.length > max)) {
    return `VPC Lattice takes paths of up to ${max} characters.`;
  }
  return pathPattern.test(path.value)
    ? undefined
    : 'VPC Lattice takes a path that begins with / and has only letters, digits and @:%_+.~#?&/=-.';
}
