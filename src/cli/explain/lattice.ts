import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { isRead, operationOf, sending } from '../../lattice/aws/calls.ts';
import type { Send } from '../../lattice/aws/calls.ts';
import { createLatticeClient } from '../../lattice/aws/client.ts';
import { RemoteFailure } from '../../lattice/aws/errors.ts';
import { latticeEndpoint } from '../../lattice/aws/lattice.ts';
import { proxyFrom } from '../../ports/proxy.ts';
import { httpClient } from '../../ports/system/http-client.ts';
import { UserError } from '../command.ts';
import type { World } from '../command.ts';

/** The Lattice API that environment and host mean: AWS's own in a region, or where an endpoint is said. */
export function reachLattice(
  { env, clock }: Pick<World, 'env' | 'clock'>,
  { host, signal }: { readonly host: string; readonly signal: AbortSignal },
): { readonly send: Send; readonly endpoint: string; readonly close: () => Promise<void> } {
  const said = ['REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => env[name] ?? '');
  const [, named = ''] = /\.vpc-lattice-svcs\.([a-z0-9-]+)\.on\.aws$/.exec(host) ?? [];
  const region = [named, ...said].find((each) => each !== '');
  if (region === undefined)
    throw new UserError('AWS_REGION is not set; it wants an AWS Region such as us-west-2.');
  const places = ['LATTICE_ENDPOINT', 'AWS_ENDPOINT_URL_VPC_LATTICE', 'AWS_ENDPOINT_URL'].map(
    (name) => env[name] ?? '',
  );
  const endpoint = (places.find((each) => each !== '') ?? latticeEndpoint(region)).replace(/\/$/, '');
  if (!/^https?:\/\/[^/\s]+$/.test(endpoint)) {
    throw new UserError(
      `the VPC Lattice endpoint is "${endpoint}"; it wants a URL such as ${latticeEndpoint(region)}.`,
    );
  }
  const http = httpClient({ origin: endpoint, ...proxyFrom(env, endpoint) });
  const credentials = fromNodeProviderChain();
  const client = createLatticeClient({ wire: http.wire, endpoint, region, credentials, clock });
  return {
    send: reading(
      sending(client, signal, () => undefined),
      { clock, signal },
    ),
    endpoint,
    close: async () => http.close(),
  };
}

/** Pauses before another try of a call that was throttled or lost. */
const pausesMs = [200, 400, 800, 1600, 3200];

/** Reads alone, and with patience: a large account answers slowly. */
function reading(
  send: Send,
  { clock, signal }: { readonly clock: World['clock']; readonly signal: AbortSignal },
): Send {
  return async (command) => {
    if (!isRead(operationOf(command))) throw new Error(`${operationOf(command)} is no read`);
    for (const pause of pausesMs) {
      try {
        return await send(command);
      } catch (error) {
        if (!(error instanceof RemoteFailure) || !passing.includes(error.error.cause)) throw error;
        await clock.sleep(pause, signal);
      }
    }
    return await send(command);
  };
}

const passing: readonly string[] = ['throttled', 'serverFault'];
