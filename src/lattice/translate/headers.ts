import type { Finding, Subject } from '../../findings/finding.ts';
import type { HTTPHeaderMatch } from '../../kinds/http-route.gen.ts';
import { limits } from '../model/limits.gen.ts';
import type { HeaderMatch } from '../model/resource.ts';

/** How a class compares, where Lattice and the Gateway API leave room. */
export interface Comparison {
  /** PathPrefix is the beginning of a string, as Lattice has it, or whole segments, as the Gateway API has it. */
  readonly pathPrefix: 'string' | 'segment';
  readonly headerValues: 'anyCase' | 'exactCase';
  /** Whether the annotations of rules say their priorities. */
  readonly priorities: 'asChosen' | 'ofTheGatewayApi';
}

/** The headers of one match, up to five of them: HTTP and gRPC say them alike. */
export function translateHeaders(
  headers: readonly HTTPHeaderMatch[],
  { at, field, compare }: { readonly at: Subject; readonly field: string; readonly compare: Comparison },
): { readonly headers: readonly HeaderMatch[]; readonly refusals: readonly Finding[] } {
  const refusals: Finding[] = [];
  const distinct = firstOfEachName(headers);
  for (const [i, header] of distinct.entries()) {
    const because = headerProblem(header);
    if (because !== undefined) {
      refusals.push({ code: 'fieldNotSupported', at, field: `${field}.headers[${i}]`, because });
    }
  }
  const { max: limit } = limits.HeaderMatchList;
  if (distinct.length > limit) {
    refusals.push({ code: 'tooMany', at, what: 'headerMatches', count: distinct.length, limit });
  }
  const caseSensitive = compare.headerValues === 'exactCase';
  return {
    headers: distinct.map(({ name, value }) => ({ name, kind: 'exact', value, caseSensitive })),
    refusals,
  };
}

/** The Gateway API: of entries with equivalent names only the first counts. */
function firstOfEachName(headers: readonly HTTPHeaderMatch[]): readonly HTTPHeaderMatch[] {
  const names = headers.map(({ name }) => name.toLowerCase());
  return headers.filter(({ name }, i) => names.indexOf(name.toLowerCase()) === i);
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
