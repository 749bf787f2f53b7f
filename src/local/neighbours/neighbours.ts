import type { WireRequest } from '../../ports/wire.ts';
import type { Neighbour } from './neighbour.ts';
import { actionIn } from './query-protocol.ts';
import { sts } from './sts/sts.ts';

/** By the name of the service in credential scopes. */
export const neighbours: Readonly<Record<string, Neighbour>> = { sts };

/** The service that a request without a signature is for: one operation of STS needs none. */
export function unsignedNeighbour(request: WireRequest, text: string | undefined): Neighbour | undefined {
  if (request.headers['x-amz-target'] !== undefined) return undefined;
  const isForm = /^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '');
  const action = isForm || request.method === 'GET' ? actionIn({ request, text }) : undefined;
  return action === undefined ? undefined : sts;
}
