import { invalid } from '../schema/field-error.ts';
import { listAt, objectAt, own, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { invalidObject } from './status.ts';

export type Families = readonly ('IPv4' | 'IPv6')[];

/**
 * Throws when a Service wants a family that the cluster has not. Its own addresses are of IPv4 always; one without an
 * address may be of any family that pods have.
 */
export function refuseFamilies(service: JsonObject, podFamilies: Families): void {
  const spec = objectAt(service, 'spec');
  const known: readonly unknown[] = textAt(spec, 'clusterIP') === 'None' ? podFamilies : ['IPv4'];
  const asked = listAt(spec, 'ipFamilies');
  const errors = asked.flatMap((family, index) =>
    known.includes(family)
      ? []
      : [invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
  );
  const policy = own(spec, 'ipFamilyPolicy') ?? 'SingleStack';
  if (asked.length > 1 && policy === 'SingleStack') {
    const why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
    errors.unshift(invalid('spec.ipFamilyPolicy', policy, why));
  }
  if (errors.length === 0) return;
  throw invalidObject({ group: '', kind: 'Service', name: textAt(service, 'metadata', 'name') }, errors);
}
