import type { Finding, Subject } from '../../findings/finding.ts';
import type { GRPCRouteMatch } from '../../kinds/grpc-route.gen.ts';
import { limits } from '../model/limits.gen.ts';
import type { PathMatch } from '../model/resource.ts';
import { translateHeaders } from './headers.ts';
import type { Comparison } from './headers.ts';
import type { TranslatedMatch } from './matches.ts';

/**
 * A gRPC match as Lattice says it: every call is a POST to `/service/method`, so that a method is an exact path and a
 * service a prefix. A method of whatever service would be the end of a path, and of that Lattice has no word.
 */
export function translateGrpcMatch(
  { method, headers = [] }: GRPCRouteMatch,
  at: Subject,
  compare: Comparison,
): TranslatedMatch {
  const field = `spec.rules[${at.rule}].matches[${at.match}]`;
  const refusals: Finding[] = [];
  const refuse = (member: string, because: string): void => {
    refusals.push({ code: 'fieldNotSupported', at, field: `${field}.${member}`, because });
  };
  if (method?.type === 'RegularExpression') {
    refuse('method.type', 'VPC Lattice matches exact services and methods, no regular expressions.');
  } else if (method?.method !== undefined && method.service === undefined) {
    refuse('method.method', 'VPC Lattice cannot match a method without its service. Name the service.');
  }
  const path = pathOf(method);
  const { min, max } = limits.PathMatchExact;
  if (path.value.length < min || path.value.length > max) {
    refuse('method', `Its path has ${path.value.length} characters, and VPC Lattice takes up to ${max}.`);
  }
  const translated = translateHeaders(headers, { at, field, compare });
  refusals.push(...translated.refusals);
  return refusals.length > 0
    ? { refusals }
    : { matches: [{ method: 'POST', path, headers: translated.headers }] };
}

function pathOf(method: GRPCRouteMatch['method']): PathMatch {
  const { service, method: name } = method ?? {};
  if (service === undefined) return { kind: 'prefix', value: '/', caseSensitive: true };
  return name === undefined
    ? { kind: 'prefix', value: `/${service}/`, caseSensitive: true }
    : { kind: 'exact', value: `/${service}/${name}`, caseSensitive: true };
}
