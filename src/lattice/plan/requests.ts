import type { HeaderMatch, HttpMatch, PathMatch } from '../model/resource.ts';
import { isTextMatched } from '../model/text-match.ts';

/** A request as far as matches tell requests apart. */
export interface SampleRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Requests that tell these matches apart: one for each match alone, and one wherever two or three of them meet. Of very
 * many matches only pairs are looked at.
 */
export function sampleRequests(matches: readonly HttpMatch[]): readonly SampleRequest[] {
  const samples = new Map<string, SampleRequest>();
  const add = (...meeting: readonly HttpMatch[]): boolean => {
    const sample = requestFor(meeting);
    if (!meeting.every((match) => isMatchedBy(match, sample))) return false;
    samples.set(JSON.stringify(sample), sample);
    return true;
  };
  for (const [i, one] of matches.entries()) {
    add(one);
    for (const [j, two] of matches.entries()) {
      if (j <= i || !add(one, two) || matches.length > mostForTriples) continue;
      for (const three of matches.slice(j + 1)) add(one, two, three);
    }
  }
  return [...samples.values()];
}

const mostForTriples = 24;

export function isMatchedBy({ path, method, headers }: HttpMatch, request: SampleRequest): boolean {
  return (
    (path === undefined || isTextMatched(path, request.path)) &&
    (method === undefined || method === request.method) &&
    headers.every((header) => {
      const given = request.headers[header.name.toLowerCase()];
      return given !== undefined && isTextMatched(header, given);
    })
  );
}

/** One that all of them may match, and as little else as possible. */
function requestFor(matches: readonly HttpMatch[]): SampleRequest {
  const headers = new Map<string, readonly HeaderMatch[]>();
  for (const header of matches.flatMap((match) => match.headers)) {
    const name = header.name.toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), header]);
  }
  return {
    path: pathFor(matches.flatMap(({ path }) => path ?? [])),
    method: matches.find(({ method }) => method !== undefined)?.method ?? 'ANY',
    headers: Object.fromEntries([...headers].map(([name, wanted]) => [name, headerFor(wanted)])),
  };
}

function pathFor(paths: readonly PathMatch[]): string {
  const exact = paths.find(({ kind }) => kind === 'exact');
  if (exact !== undefined) return exact.value;
  const [longest = '/'] = paths.map(({ value }) => value).toSorted((a, b) => b.length - a.length);
  // Something below it, which is no exact path of another match.
  return `${longest}~`;
}

function headerFor(headers: readonly HeaderMatch[]): string {
  const valuesOf = (wanted: HeaderMatch['kind']): readonly string[] =>
    headers.flatMap(({ kind, value }) => (kind === wanted ? [value] : []));
  const [exact] = valuesOf('exact');
  if (exact !== undefined) return exact;
  const [longest = ''] = valuesOf('prefix').toSorted((a, b) => b.length - a.length);
  return [longest, ...valuesOf('contains'), '~'].join('');
}
