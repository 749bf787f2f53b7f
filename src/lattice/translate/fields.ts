import type { Finding } from '../../findings/finding.ts';
import type { HTTPRouteRule, HTTPRouteSpec } from '../../kinds/http-route.gen.ts';
import { annotations } from '../../kinds/names.ts';
import type { Route } from '../../routing/routing.ts';
import { memberOf } from '../model/values.ts';

type Reason = string;

/** Fields of a rule that Lattice has no word for, and why. Filters and matches have files of their own. */
const ruleFields = {
  timeouts: 'VPC Lattice has no time-outs per rule: only an idle time-out per service.',
  retry: 'VPC Lattice never retries.',
  sessionPersistence: 'VPC Lattice chooses a target for each request anew.',
} as const satisfies Partial<Record<keyof HTTPRouteRule, Reason>>;

const routeFields = {
  useDefaultGateways: 'Routes attach by parentRefs only: name the Gateway there.',
} as const satisfies Partial<Record<keyof HTTPRouteSpec, Reason>>;

/** What a route asks for by fields that cannot be expressed. */
export function unsupportedFields({ ref, object }: Route): readonly Finding[] {
  const at = { object: ref };
  const { spec } = object;
  const rules = rulesOf(object);
  return [
    ...unsupported(spec, routeFields).map(({ name, because }): Finding => ({
      code: 'fieldNotSupported',
      at,
      field: `spec.${name}`,
      because,
    })),
    ...rules.flatMap((rule, index) =>
      unsupported(rule, ruleFields).map(({ name, because }): Finding => ({
        code: 'fieldNotSupported',
        at: { ...at, rule: index },
        field: `spec.rules[${index}].${name}`,
        because,
      })),
    ),
  ];
}

function rulesOf({ spec }: Route['object']): readonly object[] {
  return spec.rules ?? [];
}

/** What a route may say and only the first of which counts: TLS is passed on as a whole, to one rule's backends. */
export function ignoredRules({ kind, ref, rules }: Route): readonly Finding[] {
  if (kind !== 'TLSRoute') return [];
  return rules.slice(1).map(({ index }) => ({
    code: 'fieldIgnored',
    at: { object: ref, rule: index },
    field: `spec.rules[${index}]`,
    because: 'TLS that passes through is not looked into: the first rule has all of it.',
  }));
}

/** Annotations that are not what they should be. */
export function annotationFindings({ ref, object }: Route): readonly Finding[] {
  const standalone = object.metadata.annotations?.[annotations.standalone]?.trim().toLowerCase();
  return standalone === undefined || standalone === 'true' || standalone === 'false'
    ? []
    : [
        {
          code: 'annotationInvalid',
          at: { object: ref },
          annotation: annotations.standalone,
          problem: 'must be true or false, and counts as false',
        },
      ];
}

function unsupported(
  object: object,
  reasons: Readonly<Record<string, Reason>>,
): readonly { readonly name: string; readonly because: Reason }[] {
  return Object.keys(reasons).flatMap((name) => {
    const because = memberOf(object, name) === undefined ? undefined : reasons[name];
    return because === undefined ? [] : [{ name, because }];
  });
}
