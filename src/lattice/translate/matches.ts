import type { Finding, Subject } from '../../findings/finding.ts';
import type { HTTPHeaderMatch, HTTPPathMatch, HTTPRouteMatch } from '../../kinds/http-route.gen.ts';
import { limits } from '../model/limits.gen.ts';
import type { HeaderMatch, HttpMatch, PathMatch } from '../model/resource.ts';

export type TranslatedMatch =
  | { readonly match: HttpMatch; readonly refusals?: undefined }
  | { readonly match?: undefined; readonly refusals: readonly Finding[] };

/** One match of a route as Lattice says it: one path, one method, up to five headers. Queries and patterns it cannot. */
export function translateMatch(
  { path, method, headers = [], queryParams = [] }: HTTPRouteMatch,
  at: Subject,
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
  const wrongPath = path.type === 'RegularExpression' ? undefined : pathProblem(path);
  if (wrongPath !== undefined) refuse('path.value', wrongPath);
  const distinct = firstOfEachName(headers);
  for (const [i, header] of distinct.entries()) {
    const because = headerProblem(header);
    if (because !== undefined) refuse(`headers[${i}]`, because);
  }
  if (distinct.length > limits.HeaderMatchList.max) {
    refusals.push({
      code: 'tooMany',
      at,
      what: 'headerMatches',
      count: distinct.length,
      limit: limits.HeaderMatchList.max,
    });
  }
  const translatedPath = pathOf(path);
  if (refusals.length > 0 || translatedPath === undefined) return { refusals };
  return {
    match: {
      ...(method === undefined ? {} : { method }),
      path: translatedPath,
      headers: distinct.map(headerOf),
    },
  };
}

function pathOf({ type, value }: HTTPPathMatch): PathMatch | undefined {
  switch (type) {
    case 'Exact':
      return { kind: 'exact', value, caseSensitive: true };
    case 'PathPrefix':
      return { kind: 'prefix', value, caseSensitive: true };
    case 'RegularExpression':
      return undefined;
  }
}

/** Header values have always been compared without regard to case here; another way would rewrite every rule there is. */
function headerOf({ name, value }: HTTPHeaderMatch): HeaderMatch {
  return { name, kind: 'exact', value, caseSensitive: false };
}

/** The Gateway API: of entries with equivalent names only the first counts. */
function firstOfEachName(headers: readonly HTTPHeaderMatch[]): readonly HTTPHeaderMatch[] {
  const names = headers.map(({ name }) => name.toLowerCase());
  return headers.filter(({ name }, i) => names.indexOf(name.toLowerCase()) === i);
}

const pathPattern = new RegExp(`^${limits.PathMatchPrefix.pattern}$`);

function pathProblem({ value }: HTTPPathMatch): string | undefined {
  const { max } = limits.PathMatchPrefix;
  if (value.length > max) return `VPC Lattice takes paths of up to ${max} characters.`;
  return pathPattern.test(value)
    ? undefined
    : 'VPC Lattice takes a path that begins with / and has only letters, digits and @:%_+.~#?&/=-.';
}

function headerProblem({ type, name, value }: HTTPHeaderMatch): string | undefined {
  if (type === 'RegularExpression') {
    return 'VPC Lattice matches exact header values, no regular expressions.';
  }
  const { max: longestName } = limits.HeaderMatchName;
  const { max: longestValue } = limits.HeaderMatchExact;
  return name.length > longestName || value.length > longestValue || value === ''
    ? `VPC Lattice takes header names of up to ${longestName} and values of 1 to ${longestValue} characters.`
    : undefined;
}
