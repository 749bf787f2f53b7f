import type { WireRequest } from '../../ports/wire.ts';
import type { Neighbour } from './neighbour.ts';
import { actionIn } from './query-protocol.ts';
import { acm } from './acm/acm.ts';
import { ec2 } from './ec2/ec2.ts';
import { ram } from './ram/ram.ts';
import { serviceQuotas } from './service-quotas/service-quotas.ts';
import { sts } from './sts/sts.ts';
import { tagging } from './tagging/tagging.ts';

/** By the name of the service in credential scopes. */
export const neighbours: Readonly<Record<string, Neighbour>> = {
  sts,
  tagging,
  acm,
  ram,
  ec2,
  servicequotas: serviceQuotas,
};

/** The service that a request without a signature is for: one operation of STS needs none. */
export function unsignedNeighbour(request: WireRequest, text: string | undefined): Neighbour | undefined {
  if (request.headers['x-amz-target'] !== undefined) return undefined;
  const isForm = /^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '');
  const action = isForm || request.method === 'GET' ? actionIn({ request, text }) : undefined;
  return action === undefined ? undefined : sts;
}
