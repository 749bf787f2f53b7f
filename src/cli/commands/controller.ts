import { runController } from '../../controller/controller.ts';
import { elect } from '../../kube/lease.ts';
import type { Command } from '../command.ts';
import { reach } from '../reach.ts';

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
    paused: { summary: 'change nothing in AWS; objects are told what waits. Also PAUSED=true' },
    shadow: {
      summary:
        'change nothing on either side, and log what would be changed: for days beside another controller, with permission to read only. Also SHADOW=true',
    },
    'prune-orphans': {
      summary: 'delete what is ours by its tags though no object accounts for it. Also PRUNE_ORPHANS=true',
    },
    'confirm-mass-deletion': {
      summary: 'let many services go at once, which is held otherwise. Also CONFIRM_MASS_DELETION=true',
    },
  },
  examples: [
    'CLUSTER_NAME=dev CLUSTER_VPC_ID=vpc-0123456789abcdef0 AWS_ACCOUNT_ID=123456789012 REGION=us-west-2 trellis controller',
  ],
  run: async (values, world) => {
    const { clock, random, signal } = world;
    const env = {
      ...world.env,
      ...Object.fromEntries(
        Object.entries(variables).flatMap(([flag, name]) => (values.flag(flag) ? [[name, 'true']] : [])),
      ),
    };
    const { sides, client, server, endpoint, close } = await reach(
      { ...world, env },
      values.optional('context'),
    );
    const name = sides.settings.clusterName;
    const log = world.log('controller').with({ cluster: name });
    const onReady = (): void => {
      world.say(`trellis controller ready: cluster ${name} at ${server}, VPC Lattice at ${endpoint}`);
      world.ready({ server, endpoint });
    };
    const lead = async (until: AbortSignal): Promise<void> =>
      runController({ ...sides, clock, random, log, onReady, signal: until });
    try {
      // The lease is that of the controller beside it.
      if (!values.flag('leader-elect') || sides.settings.safety.shadow) {
        await lead(signal);
        return;
      }
      const namespace = values.text('leader-elect-namespace');
      const lease = { identity: `${name}-${random.uuid()}`, name: 'amazon-vpc-lattice.io', namespace };
      await elect({ ...lease, client, clock, random, log, signal, lead });
    } finally {
      await close();
    }
  },
};

/** Flags that say what a variable says. */
const variables = {
  paused: 'PAUSED',
  shadow: 'SHADOW',
  'prune-orphans': 'PRUNE_ORPHANS',
  'confirm-mass-deletion': 'CONFIRM_MASS_DELETION',
} as const;
