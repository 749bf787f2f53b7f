import { readFileSync } from 'node:fs';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { runController } from '../../controller/controller.ts';
import { settingsFrom } from '../../controller/settings.ts';
import type { ControllerSettings } from '../../controller/settings.ts';
import { createKubeClient } from '../../kube/client.ts';
import { explainUnreachable, loadKubeconfig } from '../../kube/kubeconfig.ts';
import type { Connection } from '../../kube/kubeconfig.ts';
import { elect } from '../../kube/lease.ts';
import { httpClient } from '../../ports/system/http-client.ts';
import type { Wire } from '../../ports/wire.ts';
import type { Command, World } from '../command.ts';
import { UserError } from '../command.ts';

export const controller: Command = {
  name: 'controller',
  summary: 'Run the controller: any Kubernetes API, any VPC Lattice API.',
  options: {
    context: { value: 'NAME', summary: 'the kubeconfig context of the cluster; without it the current one' },
    'leader-elect': { summary: 'run only while holding the lease, so that several replicas are safe' },
    'leader-elect-namespace': {
      value: 'NAMESPACE',
      summary: 'where the lease is',
      default: 'aws-application-networking-system',
    },
  },
  examples: [
    'CLUSTER_NAME=dev CLUSTER_VPC_ID=vpc-0123456789abcdef0 AWS_ACCOUNT_ID=123456789012 REGION=us-west-2 trellis controller',
  ],
  run: async (values, world) => {
    const settings = settingsFrom(world.env);
    const connection = loadKubeconfig(
      world.env,
      (path) => readFileSync(path, 'utf8'),
      values.optional('context'),
    );
    const kube = httpClient({
      origin: connection.server,
      ...(connection.tls === undefined ? {} : { tls: connection.tls }),
    });
    const endpoint = settings.endpoint ?? `https://vpc-lattice.${settings.region}.amazonaws.com`;
    const lattice = httpClient({ origin: endpoint });
    try {
      await serve({ settings, connection, kube: kube.wire, endpoint, lattice: lattice.wire }, world, {
        elected: values.flag('leader-elect'),
        namespace: values.text('leader-elect-namespace'),
      });
    } finally {
      await Promise.all([kube.close(), lattice.close()]);
    }
  },
};

interface Wires {
  readonly settings: ControllerSettings;
  readonly connection: Connection;
  readonly kube: Wire;
  readonly endpoint: string;
  readonly lattice: Wire;
}

interface Leadership {
  readonly elected: boolean;
  readonly namespace: string;
}

async function serve(wires: Wires, world: World, { elected, namespace }: Leadership): Promise<void> {
  const { settings, connection, kube, endpoint, lattice } = wires;
  const { clock, random, signal } = world;
  const log = world.log('controller').with({ cluster: settings.clusterName });
  const client = createKubeClient({ ...connection, wire: kube, clock, userAgent: 'trellis' });
  await mustAnswer(
    async () => client.serverVersion(signal),
    (cause) => explainUnreachable(connection, cause),
  );
  await mustAnswer(
    async () => ping(lattice, signal),
    (cause) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      return new UserError(
        `The VPC Lattice API at ${endpoint} cannot be reached: ${why}. Start it, or set AWS_ENDPOINT_URL_VPC_LATTICE.`,
      );
    },
  );
  const run = async (until: AbortSignal): Promise<void> =>
    runController({
      kube: { ...connection, wire: kube },
      lattice: { wire: lattice, endpoint, credentials: fromNodeProviderChain() },
      settings,
      clock,
      random,
      log,
      signal: until,
      onReady: () => {
        world.say(
          `trellis controller ready: cluster ${settings.clusterName} at ${connection.server}, VPC Lattice at ${endpoint}`,
        );
        world.ready({ server: connection.server, endpoint });
      },
    });
  if (!elected) return await run(signal);
  const identity = `${settings.clusterName}-${random.uuid()}`;
  await elect({
    client,
    clock,
    random,
    log,
    identity,
    name: 'amazon-vpc-lattice.io',
    namespace,
    signal,
    lead: run,
  });
}

/** A process that cannot reach what it is for says so and ends; whoever runs it starts it again. */
async function mustAnswer(ask: () => Promise<unknown>, explain: (cause: unknown) => Error): Promise<void> {
  await ask().catch((cause: unknown) => {
    throw explain(cause);
  });
}

/** Any answer will do: a refusal comes from something that listens. */
async function ping(wire: Wire, signal: AbortSignal): Promise<void> {
  await wire({ method: 'GET', target: '/', headers: {}, body: new Uint8Array() }, signal);
}
