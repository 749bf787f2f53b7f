import { annotations } from '../kinds/names.ts';
import { keyOf } from '../lattice/model/keys.ts';
import type { HttpRoute } from '../routing/routing.ts';
import type { IndexedPass } from './pass.ts';

/** What Lattice calls a route's service. */
export interface ServiceNames {
  readonly dnsName?: string;
  readonly arn?: string;
}

/**
 * The names of a route's service as far as they are known; after a start, as they were told before. None once the service
 * is proven gone.
 */
export function knownService({ known, outcomeAt }: IndexedPass, { ref, object }: HttpRoute): ServiceNames {
  const key = keyOf.service(`http/${ref.namespace}/${ref.name}`);
  const entry = known.entries.get(key);
  if (entry?.state === 'gone') return {};
  const gives = outcomeAt(key)?.gives;
  const told = object.metadata.annotations ?? {};
  const dnsName = gives?.dnsName ?? entry?.fact?.dnsName ?? told[annotations.assignedDomainName];
  const arn = gives?.arn ?? entry?.arn ?? told[annotations.serviceArn];
  return { ...(dnsName === undefined ? {} : { dnsName }), ...(arn === undefined ? {} : { arn }) };
}
