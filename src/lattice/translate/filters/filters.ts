import type { Finding, Subject } from '../../../findings/finding.ts';
import type { RouteFilter, RouteRule } from '../../../routing/routing.ts';
import type { TranslateFilter } from './filter.ts';
import { notSupported } from './not-supported.ts';
import { requestMirror } from './request-mirror.ts';

/** Every filter type of the Gateway API. A filter is a file and a row. */
const filters = {
  RequestMirror: requestMirror,
  RequestHeaderModifier: notSupported,
  ResponseHeaderModifier: notSupported,
  RequestRedirect: notSupported,
  URLRewrite: notSupported,
  CORS: notSupported,
  ExternalAuth: notSupported,
  ExtensionRef: notSupported,
} as const satisfies Record<RouteFilter['type'], TranslateFilter>;

/** What the filters of a rule and of its backends come to. */
export function translateFilters(rule: RouteRule, at: Subject): readonly Finding[] {
  const field = `spec.rules[${rule.index}]`;
  const ofRule = rule.filters.map((filter, i) => ({ at, field: `${field}.filters[${i}]`, filter }));
  const ofBackends = rule.backendFilters.flatMap((filters, backend) =>
    filters.map((filter, i) => ({
      at: { ...at, backend },
      field: `${field}.backendRefs[${backend}].filters[${i}]`,
      filter,
    })),
  );
  return [...ofRule, ...ofBackends].flatMap((place) => filters[place.filter.type](place).refusals);
}
