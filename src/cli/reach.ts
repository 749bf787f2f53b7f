import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { ControllerOptions } from '../controller/controller.ts';
import { settingsFrom } from '../controller/settings.ts';
import type { ControllerSettings } from '../controller/settings.ts';
import { createKubeClient } from '../kube/client.ts';
import type { KubeClient } from '../kube/client.ts';
import { explainUnreachable } from '../kube/kubeconfig.ts';
import { latticeEndpoint } from '../lattice/aws/lattice.ts';
import type { ServicePlace } from '../lattice/aws/signed-post.ts';
import { proxyFrom } from '../ports/proxy.ts';
import { httpClient } from '../ports/system/http-client.ts';
import type { Wire } from '../ports/wire.ts';
import { UserError } from './command.ts';
import type { World } from './command.ts';
import { openCluster } from './open-cluster.ts';

/** A controller's two sides, both of which have answered. */
export interface Reached {
  /** For `runController`, but for what its caller decides. */
  readonly sides: Pick<ControllerOptions, 'kube' | 'lattice' | 'quotas' | 'beside' | 'settings'>;
  readonly client: KubeClient;
  /** Where they are, for people. */
  readonly server: string;
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/**
 * Reads environment and kubeconfig, and asks both sides once: a process that cannot reach what it is for says so and
 * ends, and whoever runs it starts it again.
 */
export async function reach(world: World, context: string | undefined): Promise<Reached> {
  const { env, clock, signal } = world;
  const settings = settingsFrom(env);
  const { connection, http: kube } = openCluster(world, context);
  const { server } = connection;
  const endpoint = settings.endpoint ?? latticeEndpoint(settings.region);
  const lattice = httpClient({ origin: endpoint, ...proxyFrom(env, endpoint) });
  const others = Object.entries(otherServices).flatMap(([name, words]) => {
    const endpoint = endpointOf(env, settings, words);
    if (endpoint === undefined) return [];
    return [[name, { endpoint, ...httpClient({ origin: endpoint, ...proxyFrom(env, endpoint) }) }] as const];
  });
  const { quotas, ...beside }: Others = Object.fromEntries(others);
  const close = async (): Promise<void> => {
    await Promise.all([kube, lattice, ...others.map(([, other]) => other)].map((each) => each.close()));
  };
  const client = createKubeClient({ ...connection, wire: kube.wire, clock, userAgent: 'trellis' });
  try {
    await client.serverVersion(signal).catch((cause: unknown) => {
      throw explainUnreachable(connection, cause);
    });
    await anyAnswer(lattice.wire, signal).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(
        `The VPC Lattice API at ${endpoint} cannot be reached: ${why}. Start it, or set AWS_ENDPOINT_URL_VPC_LATTICE.`,
      );
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sides: {
      kube: { ...connection, wire: kube.wire },
      lattice: { wire: lattice.wire, endpoint, credentials: fromNodeProviderChain() },
      ...(quotas === undefined ? {} : { quotas }),
      beside,
      settings,
    },
    client,
    server,
    endpoint,
    close,
  };
}

/** Services beside Lattice: as environment variables call them, and as their endpoints do. */
const otherServices = {
  quotas: { variable: 'SERVICE_QUOTAS', host: 'servicequotas' },
  acm: { variable: 'ACM', host: 'acm' },
  ec2: { variable: 'EC2', host: 'ec2' },
} as const;

type Others = { readonly [Name in keyof typeof otherServices]?: ServicePlace };

/** Where an SDK would look for it; beside a Lattice of one's own, only where somebody says. */
function endpointOf(
  env: World['env'],
  { endpoint, region }: ControllerSettings,
  { variable, host }: { readonly variable: string; readonly host: string },
): string | undefined {
  const told = env[`AWS_ENDPOINT_URL_${variable}`] ?? env['AWS_ENDPOINT_URL'] ?? '';
  if (told !== '') return told.replace(/\/$/, '');
  return endpoint === undefined ? latticeEndpoint(region).replace('//vpc-lattice.', `//${host}.`) : undefined;
}

/** A refusal will do: it comes from something that listens. */
async function anyAnswer(wire: Wire, signal: AbortSignal): Promise<void> {
  await wire({ method: 'GET', target: '/', headers: {}, body: new Uint8Array() }, signal);
}
